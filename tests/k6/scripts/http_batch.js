// http.batch with every form of an entry, and what its requests have in common.
import http, { batch } from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE;
const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const got = (res) => { const echo = res.json(); return [echo.method, echo.body, echo.headers['X-B'] || null]; };

export const options = { vus: 1, iterations: 2, thresholds: { 'http_reqs{kind:batched}': ['count==4'], 'http_reqs{name:batched}': ['count>=0'] } };

export default function () {
  const list = http.batch([
    `${base}/echo`,
    http.url`${base}/echo?x=${1}`,
    ['GET', `${base}/echo`],
    ['POST', `${base}/echo`, 'body'],
    ['POST', `${base}/echo`, null],
    ['PUT', `${base}/echo`, { a: 1 }, { headers: { 'X-B': '1' }, tags: { kind: 'batched', name: 'batched' } }],
    { url: `${base}/echo` },
    { method: 'POST', url: `${base}/echo`, body: 'body', params: { headers: { 'X-B': '2' }, tags: { kind: 'batched' } } },
    { method: 'GET', url: `${base}/echo`, body: 'dropped' },
    { method: 'delete', url: `${base}/echo` },
  ]);
  tell('list', [Array.isArray(list), list.map(got)]);
  const object = http.batch({
    front: `${base}/status/200`, missing: ['GET', `${base}/status/404`], made: { method: 'POST', url: `${base}/status/201` },
  });
  tell('object', [Array.isArray(object), Object.keys(object).sort().map((key) => [key, object[key].status])]);
  tell('empty', [http.batch([]).length, Object.keys(http.batch({})).length]);
  const mixed = batch([`${base}/json`, 'http://127.0.0.1:1/', `${base}/status/500`]);
  tell('some fail', mixed.map((res) => [res.status, res.error_code]));
  tell('none', attempt(() => http.batch()));
  const binary = http.batch([['GET', `${base}/bytes/4`, null, { responseType: 'binary' }], ['GET', `${base}/bytes/4`, null, { responseType: 'none' }]]);
  tell('types', binary.map((res) => (res.body instanceof ArrayBuffer ? new Uint8Array(res.body).length : res.body)));
  const redirected = http.batch([['GET', `${base}/redirect/2`], ['GET', `${base}/redirect/2`, null, { redirects: 0 }]]);
  tell('redirected', redirected.map((res) => [res.status, res.url.replace(base, '')]));
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
