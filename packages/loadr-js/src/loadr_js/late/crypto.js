// The global crypto (W3C Web Cryptography API): random values, and crypto.subtle as soon as a script asks for it.
(function (tools) {
'use strict';
const {call, late} = tools;
const crypto = {
  randomUUID: () => call('random_uuid'),
  getRandomValues(array) {
    if (!ArrayBuffer.isView(array)) throw new TypeError('getRandomValues needs a typed array');
    if (array.byteLength > 65536) {
      throw Object.assign(new Error('typedArray parameter is too big; maximum length is 65536'), {name: 'QuotaExceededError'});
    }
    const bytes = call('random_bytes', array.byteLength).match(/../g) ?? [];
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes.map(pair => parseInt(pair, 16)));
    return array;
  },
};
late('subtle', ['subtle', 'CryptoKey'], crypto);
return {crypto, get CryptoKey() { return crypto.CryptoKey; }};
})
