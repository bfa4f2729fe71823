// Uploads: http.file, open() of text and bytes, multipart bodies.
import http, { file } from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE;
const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const text = open('./lib/text.txt'), bytes = open('./lib/text.txt', 'b');
const parts = (res) => { const boundary = res.json('headers.Content-Type').split('boundary=')[1]; return res.json('body').split(`--${boundary}`).map((part) => part.trim()).sort(); };

export default function () {
  tell('open', [text, bytes instanceof ArrayBuffer, bytes.byteLength]);
  const data = file(bytes, 'a.txt', 'text/plain');
  tell('file', [data.filename, data.content_type, data.data instanceof ArrayBuffer || typeof data.data]);
  tell('file of its own type', [file('x', 'b.bin').content_type, file('x', 'b').filename, typeof file('x').filename]);
  tell('one', parts(http.post(`${base}/echo`, { upload: file(bytes, 'a.txt', 'text/plain') })));
  tell('more', parts(http.post(`${base}/echo`, { upload: file('content', 'b.txt'), field: 'value', number: 5 })));
  tell('names', parts(http.put(`${base}/echo`, { 'a b': file(text, 'ü.txt', 'text/x') })));
  tell('ArrayBuffer as a body', http.post(`${base}/echo`, bytes).json('body'));
  tell('text as a body', http.post(`${base}/echo`, text, { headers: { 'Content-Type': 'text/plain' } }).json('body'));
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
