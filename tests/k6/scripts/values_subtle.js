// crypto.subtle: what differs from call to call is told by its size or by what can be done with it.
import { check } from 'k6';

export const options = { iterations: 1, vus: 1 };

const hex = (data) => Array.from(new Uint8Array(data)).map((b) => b.toString(16).padStart(2, '0')).join('');
const bytes = (text) => new Uint8Array(text.match(/../g).map((pair) => parseInt(pair, 16)));
const data = bytes('00112233445566778899aabbccddeeff0011');
const told = {};

async function tell(name, value) {
  let said;
  try {
    said = JSON.stringify(await value());
  } catch (error) {
    said = `${error.name} thrown`;
  }
  told[`${name}: ${said}`] = () => true;
}

const secret = (name, size, usages) => crypto.subtle.importKey('raw', new Uint8Array(size).buffer, name, true, usages);

export default async function () {
  const s = crypto.subtle;
  for (const name of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']) {
    await tell(name, async () => hex(await s.digest(name, data.buffer)));
    await tell(`HMAC ${name}`, async () => {
      const key = await secret({ name: 'HMAC', hash: name }, 20, ['sign', 'verify']);
      const signature = await s.sign('HMAC', key, data.buffer);
      return [hex(signature), await s.verify('HMAC', key, signature, data.buffer)];
    });
  }
  for (const algorithm of [
    { name: 'AES-CBC', iv: new Uint8Array(16) },
    { name: 'AES-CTR', counter: new Uint8Array(16), length: 64 },
    { name: 'AES-GCM', iv: new Uint8Array(12) },
  ]) {
    for (const size of [16, 24, 32]) {
      await tell(`${algorithm.name} ${size}`, async () => {
        const key = await secret(algorithm.name, size, ['encrypt', 'decrypt']);
        const sealed = await s.encrypt(algorithm, key, data.buffer);
        const jwk = await s.exportKey('jwk', key);
        return [hex(sealed), hex(await s.decrypt(algorithm, key, sealed)), jwk.kty, jwk.k, jwk.alg, jwk.ext, jwk.key_ops];
      });
    }
  }
  for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
    await tell(`ECDSA ${namedCurve}`, async () => {
      const pair = await s.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
      const signing = { name: 'ECDSA', hash: { name: 'SHA-256' } };
      const signature = await s.sign(signing, pair.privateKey, data.buffer);
      const jwk = await s.exportKey('jwk', pair.privateKey);
      return [signature.byteLength, await s.verify(signing, pair.publicKey, signature, data.buffer), pair.publicKey.type,
        pair.publicKey.algorithm.name, pair.publicKey.algorithm.namedCurve, pair.publicKey.usages, jwk.kty, jwk.crv, jwk.d.length,
        (await s.exportKey('raw', pair.publicKey)).byteLength];
    });
    await tell(`ECDH ${namedCurve}`, async () => {
      const make = () => s.generateKey({ name: 'ECDH', namedCurve }, true, ['deriveKey', 'deriveBits']);
      const a = await make(), b = await make();
      const bits = async (mine, theirs) => hex(await s.deriveBits({ name: 'ECDH', public: theirs }, mine, 256));
      return (await bits(a.privateKey, b.publicKey)) === (await bits(b.privateKey, a.publicKey));
    });
  }
  for (const name of ['RSASSA-PKCS1-v1_5', 'RSA-PSS']) {
    await tell(name, async () => {
      const algorithm = { name, hash: 'SHA-256', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) };
      const pair = await s.generateKey(algorithm, true, ['sign', 'verify']);
      const signature = await s.sign({ name, saltLength: 32 }, pair.privateKey, data.buffer);
      return [signature.byteLength, await s.verify({ name, saltLength: 32 }, pair.publicKey, signature, data.buffer),
        pair.privateKey.algorithm.modulusLength, pair.privateKey.algorithm.hash.name, pair.privateKey.usages];
    });
  }
  await tell('wrong usage', () => s.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['encrypt']));
  await tell('wrong digest', () => s.digest('MD5', data.buffer));
  await tell('not meant for it', async () => s.sign('HMAC', await secret({ name: 'HMAC', hash: 'SHA-256' }, 8, ['verify']), data.buffer));
  await tell('not extractable', async () => s.exportKey('raw', await s.generateKey({ name: 'AES-CBC', length: 128 }, false, ['encrypt'])));
  await tell('wrong length', () => secret('AES-CBC', 5, ['encrypt']));
  await tell('forged', async () => s.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, await secret('AES-GCM', 16, ['decrypt']), new Uint8Array(32).buffer));
  check(null, told);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
