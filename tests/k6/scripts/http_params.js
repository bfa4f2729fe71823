// The parameters of a request, one by one.
import http from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE, special = __ENV.SPECIAL;
const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };

export const options = {
  vus: 1, iterations: 1,
  thresholds: {
    'http_reqs{kind:a}': ['count>=0'], 'http_reqs{name:named}': ['count>=0'], 'http_reqs{number:5}': ['count>=0'], 'http_reqs{expected_response:true}': ['count>=0'],
    'http_reqs{expected_response:false}': ['count>=0'], 'http_req_failed{kind:callback}': ['rate>=0'], 'http_reqs{status:404}': ['count>=0'], 'http_reqs{method:POST}': ['count>=0'],
  },
};

export default function () {
  // headers
  const headers = (given) => { const got = http.get(`${base}/echo`, { headers: given }).json('headers'); return [got['X-A'] || null, got['X-B'] || null, got['User-Agent'] && got['User-Agent'].split('/')[0] === 'mine', got.Host]; };
  tell('headers', [headers({ 'X-A': 'text', 'x-b': 5 }).slice(0, 3), headers({ 'X-A': true, 'User-Agent': 'mine/1' }).slice(0, 3), headers({ Host: 'other.test' })[3]]);
  tell('no headers', [headers(null).slice(0, 3), headers(undefined).slice(0, 3), headers({}).slice(0, 3)]);
  tell('Content-Type wins', http.post(`${base}/echo`, { a: 1 }, { headers: { 'content-type': 'text/x' } }).json('headers')['Content-Type']);
  tell('Content-Length of the body', http.post(`${base}/echo`, 'abc').json('headers')['Content-Length']);
  // tags
  http.get(`${base}/json`, { tags: { kind: 'a', number: 5 } });
  http.get(`${base}/json`, { tags: { kind: 'a', name: 'named' } });
  http.get(`${base}/json`, { tags: null });
  // timeout
  const timed = (timeout) => { const res = http.get(`${base}/delay/1500`, { timeout }); return [res.status, res.error_code, res.error, res.body]; };
  tell('timeout', [timed(50), timed('50ms'), timed('0.05s'), http.get(`${base}/json`, { timeout: '1m' }).status]);
  tell('wrong timeout', attempt(() => http.get(`${base}/json`, { timeout: 'soon', throw: true }).status));
  // redirects
  const followed = (redirects) => { const res = http.get(`${base}/redirect/3`, { redirects }); return [res.status, res.url.replace(base, '')]; };
  tell('redirects', [followed(0), followed(1), followed(2), followed(3), followed(10)]);
  // auth
  tell('basic', [http.get(special.replace('//', '//user:passwd@') + '/basic', { auth: 'basic' }).status, http.get(special.replace('//', '//user:wrong@') + '/basic').status, http.get(`${special}/basic`).status]);
  tell('digest', [http.get(special.replace('//', '//user:passwd@') + '/digest', { auth: 'digest' }).status, http.get(special.replace('//', '//user:wrong@') + '/digest', { auth: 'digest' }).status, http.get(`${special}/digest`).status]);
  tell('digest of a post', http.post(special.replace('//', '//user:passwd@') + '/digest', 'posted', { auth: 'digest' }).body);
  // responseType
  const typed = (responseType) => { const { body } = http.get(`${base}/bytes/3`, { responseType }); return body instanceof ArrayBuffer ? new Uint8Array(body).length : body; };
  tell('responseType', [typed('text'), typed('binary'), typed('none')]);
  tell('wrong responseType', attempt(() => http.get(`${base}/json`, { responseType: 'xml', throw: true }).status));
  // responseCallback
  http.get(`${base}/status/404`, { tags: { kind: 'callback' }, responseCallback: http.expectedStatuses(404) });
  http.get(`${base}/status/201`, { tags: { kind: 'callback' }, responseCallback: http.expectedStatuses({ min: 300, max: 399 }) });
  http.get(`${base}/status/204`, { tags: { kind: 'callback' }, responseCallback: http.expectedStatuses(200, { min: 202, max: 205 }, 404) });
  tell('wrong callback', attempt(() => http.get(`${base}/json`, { responseCallback: 'no', throw: true }).status));
  tell('wrong expectedStatuses', [attempt(() => http.expectedStatuses()), attempt(() => http.expectedStatuses('200')), attempt(() => http.expectedStatuses({ min: 200 }))]);
  // compression
  const coded = (compression) => { const got = http.post(`${special}/inflate`, 'body '.repeat(50), { compression }); return [got.json('coding'), got.json('body').length]; };
  tell('compression', [coded('gzip'), coded('deflate'), coded('deflate, gzip')]);
  tell('other compressions', [coded('br')[0], coded('zstd')[0]]);
  tell('wrong compression', attempt(() => http.post(`${base}/echo`, 'x', { compression: 'lzw', throw: true }).status));
  // throw
  tell('throw', [attempt(() => http.get('http://127.0.0.1:1/', { throw: true }).status), attempt(() => http.get('http://127.0.0.1:1/', { throw: false }).status), attempt(() => http.get(`${base}/status/500`, { throw: true }).status)]);
  // cookies
  const cookies = (given) => { const cookie = http.get(`${base}/echo`, { cookies: given }).json('headers.Cookie'); return cookie === undefined ? null : cookie.split('; ').sort(); };
  tell('cookies', [cookies({ a: '1' }), cookies({ a: '1', b: { value: '2' } }), cookies({ n: 5 }), cookies({}), cookies(null)]);
  http.cookieJar().set(base, 'a', 'jar');
  tell('cookies and jar', [cookies({ a: '1' }), cookies({ a: { value: '2', replace: true } }), cookies({ a: { value: '3', replace: false } }), cookies({ other: 'x' }), cookies(undefined)]);
  http.cookieJar().clear(base);
  // jar
  const jar = new http.CookieJar();
  jar.set(base, 'own', 'v');
  const own = (parameters) => http.get(`${base}/echo`, parameters).json('headers.Cookie') || null;
  tell('jar', [own({ jar }), own({}), own({ jar: null }), own({ jar, cookies: { own: { value: 'w', replace: true } } })]);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
