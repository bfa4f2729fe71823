const { check } = require('k6');
const http = require('k6/http');
const helper = require('./lib/helper.cjs.js');

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });

exports.options = { iterations: 2, vus: 1 };
exports.setup = () => ({ from: 'setup' });
exports.default = function (data) {
  tell('helper', [helper.double(4), helper.name, Object.keys(helper).sort()]);
  tell('status', http.get(`${__ENV.BASE}/json`).status);
  tell('data', data);
  tell('types', [typeof require, typeof module, typeof exports, global === globalThis]);
};
module.exports.handleSummary = data => ({ stdout: JSON.stringify(data) });
