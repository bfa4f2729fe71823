// The global crypto: randomUUID, getRandomValues, subtle.digest, subtle.sign and verify with HMAC.
(function () {
'use strict';
const {call} = __loadr;
const fromHex = hex => Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16));
const bytesOf = data => data instanceof ArrayBuffer ? new Uint8Array(data)
  : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const hexOf = bytes => { let text = ''; for (const byte of bytes) text += byte.toString(16).padStart(2, '0'); return text; };
const ALGORITHMS = {'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512'};
const algorithm = value => {
  const name = String(typeof value === 'string' ? value : value?.name).toUpperCase();
  if (!(name in ALGORITHMS)) throw new Error(`NotSupportedError: ${name}: known are ${Object.keys(ALGORITHMS).join(', ')}`);
  return ALGORITHMS[name];
};
class HmacKey {
  #bytes;
  constructor(bytes, hash, usages) {
    this.#bytes = bytes;
    Object.assign(this, {type: 'secret', algorithm: {name: 'HMAC', hash: {name: hash}}, usages, extractable: true});
  }
  hex() { return hexOf(this.#bytes); }
}
const subtle = {
  async digest(name, data) { return fromHex(call('digest', algorithm(name), null, hexOf(bytesOf(data)))).buffer; },
  async importKey(format, data, {name, hash}, _extractable, usages) {
    if (format !== 'raw' || String(name).toUpperCase() !== 'HMAC') throw new Error('NotSupportedError: only raw HMAC keys can be imported');
    return new HmacKey(bytesOf(data), typeof hash === 'string' ? hash : hash.name, usages);
  },
  async sign(_algorithm, key, data) {
    return fromHex(call('digest', algorithm(key.algorithm.hash), key.hex(), hexOf(bytesOf(data)))).buffer;
  },
  async verify(name, key, signature, data) {
    const expected = new Uint8Array(await subtle.sign(name, key, data)), given = bytesOf(signature);
    let different = expected.length ^ given.length;
    for (let i = 0; i < expected.length; i++) different |= expected[i] ^ given[i];
    return different === 0;
  },
};
globalThis.crypto = {
  subtle,
  randomUUID: () => call('random_uuid'),
  getRandomValues(array) {
    if (!ArrayBuffer.isView(array)) throw new TypeError('getRandomValues needs a typed array');
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(fromHex(call('random_bytes', array.byteLength)));
    return array;
  },
};
})();
