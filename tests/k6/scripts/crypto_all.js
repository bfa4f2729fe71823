// k6/crypto: every algorithm, every output, every kind of input.
import crypto, { createHash, createHMAC, hexEncode, hmac, md4, md5, randomBytes, ripemd160, sha1, sha256, sha384, sha512, sha512_224, sha512_256 } from 'k6/crypto';
import { check } from 'k6';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const listed = (value) => (value instanceof ArrayBuffer ? Array.from(new Uint8Array(value)) : value);
const bytes = new Uint8Array([0, 1, 127, 128, 254, 255]);
const inputs = { text: 'hällo', empty: '', long: 'x'.repeat(300), buffer: bytes.buffer, 'typed array': bytes };
const outputs = ['hex', 'base64', 'base64url', 'base64rawurl', 'binary'];

export default function () {
  const hashes = { md4, md5, ripemd160, sha1, sha256, sha384, sha512, sha512_224, sha512_256 };
  for (const name in hashes) {
    for (const input in inputs) tell(`${name} of ${input}`, attempt(() => hashes[name](inputs[input], 'hex')));
    tell(`${name} as`, outputs.map((output) => attempt(() => listed(hashes[name]('data', output)))));
    tell(`hmac of ${name}`, attempt(() => hmac(name, 'key', 'data', 'hex')));
    tell(`hmac of ${name} with a long key`, attempt(() => hmac(name, 'key'.repeat(100), bytes.buffer, 'base64')));
  }
  for (const name of ['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sha512_224', 'sha512_256', 'ripemd160', 'md4']) {
    const hash = attempt(() => createHash(name));
    hash.update('one');
    hash.update(bytes.buffer);
    tell(`createHash of ${name}`, outputs.map((output) => attempt(() => listed(hash.digest(output)))));
    const mac = createHMAC(name, 'key');
    mac.update('one');
    tell(`createHMAC of ${name} so far`, mac.digest('hex'));
    mac.update('two');
    tell(`createHMAC of ${name}`, outputs.map((output) => attempt(() => listed(mac.digest(output)))));
  }
  tell('key of bytes', [hmac('sha256', bytes.buffer, 'data', 'hex'), createHMAC('sha256', bytes.buffer).digest('hex')]);
  tell('hexEncode', [attempt(() => hexEncode(bytes.buffer)), attempt(() => hexEncode('text')), attempt(() => crypto.hexEncode(''))]);
  tell('randomBytes', [randomBytes(1) instanceof ArrayBuffer, randomBytes(33).byteLength, attempt(() => randomBytes(0)), attempt(() => randomBytes(-1))]);
  tell('wrong outputs', [attempt(() => sha256('x', 'nope')), attempt(() => hmac('sha256', 'k', 'd', 'nope')), attempt(() => createHash('md5').digest('nope'))]);
  tell('wrong algorithms', [attempt(() => hmac('nope', 'k', 'd', 'hex')), attempt(() => createHMAC('nope', 'k').digest('hex'))]);
  tell('wrong inputs', [attempt(() => sha256(null, 'hex')), attempt(() => sha256(undefined, 'hex')), attempt(() => sha256(5, 'hex')), attempt(() => sha256({}, 'hex'))]);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
