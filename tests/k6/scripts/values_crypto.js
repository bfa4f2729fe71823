// Every value is told by a check's name, so that a difference of one of them is a difference of checks.
import { check } from 'k6';
import k6crypto, { createHash, createHMAC, hmac, md5, randomBytes, ripemd160, sha1, sha256, sha384, sha512, sha512_224, sha512_256 } from 'k6/crypto';
import encoding, { b64decode, b64encode } from 'k6/encoding';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const listed = buffer => Array.from(new Uint8Array(buffer));
const bytes = new Uint8Array([0, 1, 254, 255]).buffer;

export default function () {
  const hashes = { md5, ripemd160, sha1, sha256, sha384, sha512, sha512_224, sha512_256 };
  for (const name in hashes) {
    for (const form of ['hex', 'base64', 'base64url', 'base64rawurl']) tell(`${name} ${form}`, hashes[name]('hällo', form));
    tell(`${name} binary`, listed(hashes[name](bytes, 'binary')));
  }
  for (const name of ['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sha512_224', 'sha512_256', 'ripemd160']) {
    tell(`hmac ${name}`, hmac(name, 'key', 'data', 'hex'));
    const hash = createHash(name);
    hash.update('a');
    hash.update('b');
    tell(`hash ${name}`, [hash.digest('hex'), hash.digest('base64')]);
    const mac = createHMAC(name, 'secret');
    mac.update('a');
    mac.update('b');
    tell(`mac ${name}`, mac.digest('hex'));
  }
  tell('hmac of bytes', hmac('sha256', bytes, bytes, 'hex'));
  tell('random bytes', new Uint8Array(randomBytes(7)).length);
  tell('names', Object.keys(k6crypto).sort());
  for (const form of ['std', 'rawstd', 'url', 'rawurl']) {
    tell(`encode ${form}`, [b64encode('hällo?>', form), b64encode(bytes, form)]);
    tell(`decode ${form}`, b64decode(b64encode('hällo?>', form), form, 's'));
    tell(`decode to bytes ${form}`, listed(b64decode(b64encode(bytes, form), form)));
  }
  tell('encoding', Object.keys(encoding).sort());
  tell('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
  const filled = new Uint8Array(8);
  tell('random values', crypto.getRandomValues(filled) === filled);
  for (const wrong of [() => sha256('x', 'nope'), () => b64decode('*', 'std', 's')]) {
    let failed = false;
    try { wrong(); } catch (error) { failed = true; }
    tell(`throws ${wrong}`, failed);
  }
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
