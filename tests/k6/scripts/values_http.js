import { check } from 'k6';
import http from 'k6/http';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const base = __ENV.BASE;
const picked = (object, ...keys) => Object.fromEntries(keys.map(key => [key, object[key]]));

export default async function () {
  const sent = res => { const got = res.json(); return { method: got.method, query: got.query, body: got.body, type: got.headers['Content-Type'] }; };
  tell('form', sent(http.post(`${base}/echo?q=1`, { a: 'b c', list: [1, 2], 'ü': '&' })));
  tell('json', sent(http.post(`${base}/echo`, JSON.stringify({ a: 1 }), { headers: { 'Content-Type': 'application/json' } })));
  tell('text', sent(http.post(`${base}/echo`, 'plain')));
  tell('bytes', sent(http.put(`${base}/echo`, new Uint8Array([104, 105]).buffer)));
  tell('none', sent(http.post(`${base}/echo`)));
  tell('del', sent(http.del(`${base}/echo`, 'x')));
  const upload = http.post(`${base}/echo`, { file: http.file('content', 'f.txt', 'text/plain'), field: 'v' });
  tell('multipart', [upload.json('headers.Content-Type').startsWith('multipart/form-data; boundary='),
    upload.json('body').includes('name="file"; filename="f.txt"'), upload.json('body').includes('name="field"')]);
  const res = http.get(`${base}/json`, { tags: { a: 'b' } });
  tell('response', picked(res, 'status', 'status_text', 'proto', 'error', 'error_code'));
  tell('timings', Object.keys(res.timings).sort());
  tell('request', picked(res.request, 'method', 'body', 'url'));
  tell('names', ['body', 'cookies', 'headers', 'json', 'html', 'submitForm', 'clickLink', 'remote_ip', 'remote_port', 'timings', 'url'].map(name => [name, typeof res[name]]));
  tell('remote', [res.remote_ip, res.remote_port > 0]);
  const auth = http.get(base.replace('http://', 'http://user:p%40ss@') + '/echo');
  tell('auth', auth.json('headers.Authorization'));
  tell('cookies of a request', http.get(`${base}/echo`, { cookies: { a: '1', b: { value: '2', replace: true } } }).json('headers.Cookie').split('; ').sort()); // k6 sends them in any order
  const jar = http.cookieJar();
  jar.set(base, 'own', 'v', { path: '/' });
  tell('jar', [jar.cookiesForURL(base + '/'), http.get(`${base}/echo`).json('headers.Cookie')]);
  jar.delete(base, 'own');
  tell('deleted', jar.cookiesForURL(base + '/'));
  const other = new http.CookieJar();
  other.set(base, 'alien', 'x');
  tell('own jar', http.get(`${base}/echo`, { jar: other }).json('headers.Cookie'));
  jar.clear(base);
  const batch = http.batch({ one: `${base}/json`, two: { method: 'POST', url: `${base}/echo`, body: 'b', params: { headers: { 'X-B': '1' } } }, three: http.get.constructor ? ['GET', `${base}/status/204`] : null });
  tell('batch', [Object.keys(batch).sort(), batch.one.status, batch.two.json('headers.X-B'), batch.three.status]);
  tell('batch of a list', http.batch([['GET', `${base}/status/201`, null, { tags: { x: 'y' } }], `${base}/json`]).map(one => one.status));
  const slow = http.get(`${base}/delay/2000`, { timeout: 100 });
  tell('timeout', [slow.status, slow.error_code, slow.error !== '']);
  const wrong = http.get('http://no-such-host.invalid/');
  tell('no host', [wrong.status, wrong.error_code, wrong.error !== '']);
  let thrown = false;
  try { http.get('http://127.0.0.1:1/', { timeout: '1s', throw: true }); } catch (error) { thrown = true; }
  tell('throw', thrown);
  const later = await http.asyncRequest('GET', `${base}/json`);
  tell('async', later.status);
  const both = await Promise.all([http.asyncRequest('GET', `${base}/status/202`), http.asyncRequest('POST', `${base}/echo`, 'x')]);
  tell('both', both.map(one => one.status));
  tell('json of none', (() => { try { return http.get(`${base}/status/200`).json(); } catch (error) { return 'throws'; } })());
  tell('path', [res.json('#'), res.json('no.such') === undefined]);
  tell('discarded', http.get(`${base}/json`, { responseType: 'none' }).body);
  const binary = http.get(`${base}/json`, { responseType: 'binary' });
  tell('binary', [binary.body instanceof ArrayBuffer, new Uint8Array(binary.body)[0]]);
  http.setResponseCallback(http.expectedStatuses(404, { min: 200, max: 299 }));
  http.get(`${base}/status/404`);
  http.setResponseCallback(http.expectedStatuses({ min: 200, max: 399 }));
  tell('gzip', picked(http.post(`${base}/echo`, 'zipped zipped zipped', { compression: 'gzip' }).json('headers'), 'Content-Encoding'));
  tell('name', http.url`${base}/json?n=${1}`.name !== undefined);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
