// The global crypto: random values, and crypto.subtle as soon as a script asks for it.
(function () {
'use strict';
const {call} = __loadr, evaluate = eval;
const fromHex = hex => Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16));
const bytesOf = data => data instanceof ArrayBuffer ? new Uint8Array(data)
  : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const hexOf = bytes => { let text = ''; for (const byte of bytes) text += byte.toString(16).padStart(2, '0'); return text; };
function failure(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}
let late;
const asked = () => late ??= evaluate(call('subtle_source'))({call, fromHex, bytesOf, hexOf, failure});
globalThis.crypto = {
  get subtle() { return asked().subtle; },
  get CryptoKey() { return asked().CryptoKey; },
  randomUUID: () => call('random_uuid'),
  getRandomValues(array) {
    if (!ArrayBuffer.isView(array)) throw new TypeError('getRandomValues needs a typed array');
    if (array.byteLength > 65536) throw failure('QuotaExceededError', 'typedArray parameter is too big; maximum length is 65536');
    bytesOf(array).set(fromHex(call('random_bytes', array.byteLength)));
    return array;
  },
};
Object.defineProperty(globalThis, 'CryptoKey', {configurable: true, get: () => asked().CryptoKey});
})();
