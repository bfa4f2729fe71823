// crypto.subtle (W3C Web Cryptography API): keys and their rules here, the arithmetic with the host.
(function (tools) {
'use strict';
const {call} = tools;
const fromHex = hex => Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16));
const bytesOf = data => data instanceof ArrayBuffer ? new Uint8Array(data)
  : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const hexOf = bytes => { let text = ''; for (const byte of bytes) text += byte.toString(16).padStart(2, '0'); return text; };
const failure = (name, message) => Object.assign(new Error(message), {name});
const isBytes = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value);
const hex = (data, what) => {
  if (!isBytes(data)) throw failure('TypeError', `${what} is no ArrayBuffer, typed array or DataView`);
  return hexOf(bytesOf(data));
};

const DIGESTS = {'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512'};
// What keys of an algorithm may be used for: secrets and private keys, and public keys.
const CIPHER = ['encrypt', 'decrypt'], DERIVE = ['deriveKey', 'deriveBits'];
const SECRETS = {
  'AES-CBC': CIPHER, 'AES-CTR': CIPHER, 'AES-GCM': CIPHER, HMAC: ['sign', 'verify'], PBKDF2: DERIVE, HKDF: DERIVE,
};
const PAIRS = {
  ECDSA: [['sign'], ['verify']], ECDH: [DERIVE, []], 'RSA-OAEP': [['decrypt'], ['encrypt']],
  'RSASSA-PKCS1-v1_5': [['sign'], ['verify']], 'RSA-PSS': [['sign'], ['verify']],
};
const NAMES = new Map([...Object.keys(SECRETS), ...Object.keys(PAIRS), ...Object.keys(DIGESTS)].map(name => [name.toUpperCase(), name]));
const NUMBERS = new Set(['iterations', 'length', 'modulusLength', 'saltLength', 'tagLength']);

// An algorithm as it crosses: names as the API writes them, bytes as {bytes: hex}, keys with their material.
function normalized(algorithm, operation) {
  const given = typeof algorithm === 'string' ? {name: algorithm} : algorithm;
  const name = NAMES.get(String(given?.name).toUpperCase());
  if (name === undefined) throw failure('NotSupportedError', `algorithm "${given?.name}" doesn't support operation "${operation}"`);
  const plain = {};
  for (const [member, value] of Object.entries(given)) {
    if (member === 'hash') plain.hash = {name: normalized(value, operation).name};
    else if (isBytes(value)) plain[member] = {bytes: hexOf(bytesOf(value))};
    else if (value instanceof CryptoKey) plain[member] = CryptoKey.crossing(value);
    else plain[member] = NUMBERS.has(member) ? Number(value) : value;
  }
  return {...plain, name};
}
function known(algorithm, operation, ...tables) {
  const plain = normalized(algorithm, operation);
  if (!tables.some(table => plain.name in table)) {
    throw failure('NotSupportedError', `algorithm "${plain.name}" doesn't support operation "${operation}"`);
  }
  if ((plain.name === 'HMAC' || plain.name.startsWith('RSA')) && plain.hash === undefined) throw failure('TypeError', `${plain.name} needs a hash`);
  return plain;
}

class CryptoKey {
  #material;
  constructor({type, algorithm, material}, extractable, usages) {
    this.#material = material;
    if (algorithm.publicExponent) algorithm.publicExponent = fromHex(algorithm.publicExponent.bytes);
    Object.assign(this, {type, extractable, algorithm, usages});
    Object.freeze(this);
  }
  static crossing(key) {
    const {publicExponent, ...algorithm} = key.algorithm;
    return {type: key.type, algorithm, material: key.#material};
  }
}
const ofUse = (usages, allowed) => usages.filter(usage => allowed.includes(usage));
function judgeUsages(usages, allowed) {
  const wrong = usages.find(usage => !allowed.includes(usage));
  if (wrong !== undefined) throw failure('SyntaxError', `invalid key usage: ${wrong}`);
}
function needsUsages(key) {
  if (key.type !== 'public' && key.usages.length === 0) throw failure('SyntaxError', `a ${key.type} key needs a usage`);
  return key;
}
// The algorithm and the key of an operation that the key must be meant for.
function using(algorithm, key, usage) {
  if (!(key instanceof CryptoKey)) throw failure('TypeError', 'the key is no CryptoKey');
  const plain = normalized(algorithm, usage);
  if (plain.name !== key.algorithm.name) throw failure('InvalidAccessError', `the key is for ${key.algorithm.name}, not for ${plain.name}`);
  if (!key.usages.includes(usage)) throw failure('InvalidAccessError', `key does not contain the '${usage}' usage`);
  return [plain, CryptoKey.crossing(key)];
}
const ask = (...args) => call('subtle', ...args);
const buffer = text => fromHex(text).buffer;

const subtle = {
  async digest(algorithm, data) {
    const {name} = normalized(algorithm, 'digest');
    if (!(name in DIGESTS)) throw failure('NotSupportedError', `algorithm "${name}" doesn't support operation "digest"`);
    return buffer(call('digest', DIGESTS[name], null, hex(data, 'data')));
  },
  async generateKey(algorithm, extractable, usages) {
    const plain = known(algorithm, 'generateKey', SECRETS, PAIRS);
    if (SECRETS[plain.name] === DERIVE) throw failure('NotSupportedError', `algorithm "${plain.name}" doesn't support operation "generateKey"`);
    const [own, others] = PAIRS[plain.name] ?? [SECRETS[plain.name], []];
    judgeUsages(usages, [...own, ...others]);
    if (ofUse(usages, own).length === 0) throw failure('SyntaxError', 'a key needs a usage');
    const made = ask('generate', plain);
    if (made.privateKey === undefined) return new CryptoKey(made, extractable, [...usages]);
    return {
      publicKey: new CryptoKey(made.publicKey, true, ofUse(usages, others)),
      privateKey: new CryptoKey(made.privateKey, extractable, ofUse(usages, own)),
    };
  },
  async importKey(format, data, algorithm, extractable, usages) {
    if (!['raw', 'spki', 'pkcs8', 'jwk'].includes(format)) throw failure('NotSupportedError', `unsupported format ${format}`);
    const plain = known(algorithm, 'importKey', SECRETS, PAIRS);
    if (extractable && SECRETS[plain.name] === DERIVE) throw failure('SyntaxError', `keys of ${plain.name} cannot be extracted`);
    const made = ask('import', format, format === 'jwk' ? {...data} : hex(data, 'keyData'), plain);
    const [own, others] = PAIRS[plain.name] ?? [SECRETS[plain.name], []];
    judgeUsages(usages, made.type === 'public' ? others : own);
    return needsUsages(new CryptoKey(made, extractable, [...usages]));
  },
  async exportKey(format, key) {
    if (!(key instanceof CryptoKey)) throw failure('TypeError', 'the key is no CryptoKey');
    if (!key.extractable) throw failure('InvalidAccessError', 'the key is not extractable');
    const made = ask('export', format, CryptoKey.crossing(key));
    return format === 'jwk' ? {...made, ext: key.extractable, key_ops: [...key.usages]} : buffer(made);
  },
  async sign(algorithm, key, data) { return buffer(ask('sign', ...using(algorithm, key, 'sign'), hex(data, 'data'))); },
  async verify(algorithm, key, signature, data) {
    return ask('verify', ...using(algorithm, key, 'verify'), hex(signature, 'signature'), hex(data, 'data'));
  },
  async encrypt(algorithm, key, data) { return buffer(ask('encrypt', ...using(algorithm, key, 'encrypt'), hex(data, 'data'))); },
  async decrypt(algorithm, key, data) { return buffer(ask('decrypt', ...using(algorithm, key, 'decrypt'), hex(data, 'data'))); },
  async deriveBits(algorithm, key, length) { return buffer(ask('derive', ...using(algorithm, key, 'deriveBits'), length ?? null)); },
  async deriveKey(algorithm, key, derived, extractable, usages) {
    const target = known(derived, 'importKey', SECRETS);
    const blocks = {'SHA-1': 512, 'SHA-256': 512, 'SHA-384': 1024, 'SHA-512': 1024};
    const length = target.name === 'HMAC' ? target.length ?? blocks[target.hash.name] : target.length ?? null;
    const bits = ask('derive', ...using(algorithm, key, 'deriveKey'), length);
    return subtle.importKey('raw', buffer(bits), derived, extractable, usages);
  },
  async wrapKey() { throw failure('NotSupportedError', 'wrapKey is not supported: export the key and encrypt it'); },
  async unwrapKey() { throw failure('NotSupportedError', 'unwrapKey is not supported: decrypt the key and import it'); },
};
return {subtle, CryptoKey};
})
