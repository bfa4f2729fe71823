// k6/crypto: hashes, HMAC and random bytes; the host's libraries do the work.
const {call} = __loadr;

const bytesOf = data => data instanceof ArrayBuffer ? new Uint8Array(data)
  : ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  : new TextEncoder().encode(text(data));
function text(data) {
  if (typeof data !== 'string') throw new TypeError(`text or bytes are needed, not ${data === null ? 'null' : typeof data}`);
  return data;
}
const hexOf = bytes => { let text = ''; for (const byte of bytes) text += byte.toString(16).padStart(2, '0'); return text; };
const fromHex = hex => Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16));

function encoded(hex, encoding) {
  if (encoding === undefined || encoding === 'hex') return hex;
  const bytes = fromHex(hex);
  if (encoding === 'binary') return bytes.buffer;
  let text = btoa(String.fromCharCode(...bytes));
  if (encoding === 'base64') return text;
  if (encoding === 'base64url' || encoding === 'base64rawurl') {
    text = text.replace(/\+/g, '-').replace(/\//g, '_');
    return encoding === 'base64url' ? text : text.replace(/=+$/, '');
  }
  throw new Error(`Invalid output encoding: ${encoding}`);
}

class Hasher {
  constructor(algorithm, key) {
    this.algorithm = algorithm;
    this.key = key === undefined ? null : hexOf(bytesOf(key));
    this.parts = [];
  }
  update(data) { this.parts.push(hexOf(bytesOf(data))); }
  digest(encoding) { return encoded(call('digest', this.algorithm, this.key, this.parts.join('')), encoding); }
}
export const createHash = algorithm => new Hasher(algorithm);
export const createHMAC = (algorithm, secret) => new Hasher(algorithm, secret);
export function hmac(algorithm, secret, data, encoding) {
  const hasher = createHMAC(algorithm, secret);
  hasher.update(data);
  return hasher.digest(encoding);
}
const hash = algorithm => (data, encoding) => {
  const hasher = createHash(algorithm);
  hasher.update(data);
  return hasher.digest(encoding);
};
export const md4 = hash('md4'), md5 = hash('md5'), sha1 = hash('sha1'), sha256 = hash('sha256'), sha384 = hash('sha384'),
  sha512 = hash('sha512'), sha512_224 = hash('sha512_224'), sha512_256 = hash('sha512_256'), ripemd160 = hash('ripemd160');
export function randomBytes(size) {
  if (!Number.isInteger(size) || size < 1) throw new Error('randomBytes needs a size of at least 1');
  return fromHex(call('random_bytes', size)).buffer;
}
export function hexEncode(data) { return hexOf(bytesOf(data)); }
export default {
  createHMAC, createHash, hexEncode, hmac, md4, md5, randomBytes, ripemd160, sha1, sha256, sha384, sha512, sha512_224, sha512_256,
};
