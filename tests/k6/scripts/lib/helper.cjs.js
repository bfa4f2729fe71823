exports.name = 'helper';
exports.double = n => 2 * n;
