// k6/encoding: every variant, texts and bytes, both ways.
import encoding, { b64decode, b64encode } from 'k6/encoding';
import { check } from 'k6';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const listed = (value) => (value instanceof ArrayBuffer ? Array.from(new Uint8Array(value)) : value);
const inputs = ['', 'a', 'ab', 'abc', 'hällo', '>>>???', '\u{1F600}'];
const bytes = new Uint8Array([251, 255, 191, 0]);

export default function () {
  for (const variant of ['std', 'rawstd', 'url', 'rawurl', undefined]) {
    const encoded = inputs.map((input) => b64encode(input, variant));
    tell(`b64encode ${variant}`, encoded);
    tell(`b64encode of bytes ${variant}`, [b64encode(bytes.buffer, variant), attempt(() => b64encode(bytes, variant))]);
    tell(`b64decode ${variant} as text`, encoded.map((one) => b64decode(one, variant, 's')));
    tell(`b64decode ${variant} as bytes`, encoded.map((one) => listed(b64decode(one, variant))));
    tell(`b64decode ${variant} of others`, ['YQ', 'YQ==', '-_-_', '+/+/', 'YWI=\n', '*'].map((one) => attempt(() => listed(b64decode(one, variant)))));
  }
  tell('unknown variant', [attempt(() => b64encode('>>>', 'nope')), attempt(() => listed(b64decode('Pj4+', 'nope')))]);
  tell('unknown form', attempt(() => listed(b64decode('YQ==', 'std', 'x'))));
  tell('wrong', [attempt(() => b64encode(null)), attempt(() => b64encode(undefined)), attempt(() => b64encode(5))]);
  tell('the default export', Object.keys(encoding).sort());
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
