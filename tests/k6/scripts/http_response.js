// What a response has, member by member.
import http from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE, special = __ENV.SPECIAL;
const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };

export default function () {
  const res = http.get(`${special}/page`, { headers: { 'X-Sent': 'yes' }, cookies: { c: 'd' } });
  tell('status', [res.status, res.status_text, res.proto, res.error, res.error_code, res.url === `${special}/page`]);
  tell('statuses', [201, 204, 302, 400, 404, 418, 429, 500, 503, 599].map((code) => { const one = http.get(`${base}/status/${code}`); return [one.status, one.status_text, one.error_code, one.error]; }));
  tell('headers', [res.headers['Content-Type'], res.headers['X-Single'], res.headers['X-Twice'], res.headers['content-type'] === undefined, res.headers['X-Lower-Case'], Object.keys(res.headers).sort()]);
  tell('remote', [res.remote_ip, typeof res.remote_port]);
  tell('timings', [Object.keys(res.timings).sort(), Object.values(res.timings).every((value) => typeof value === 'number' && value >= 0), res.timings.duration >= res.timings.waiting,
    Math.abs(res.timings.duration - (res.timings.sending + res.timings.waiting + res.timings.receiving)) < 0.01]);
  tell('request', [res.request.method, res.request.url === `${special}/page`, res.request.body, res.request.headers['X-Sent'], res.request.cookies]);
  tell('request of a post', [http.post(`${base}/echo`, 'sent').request.body, http.post(`${base}/echo`, { a: 'b' }).request.body, http.post(`${base}/echo`, { a: 'b' }).request.headers['Content-Type']]);
  tell('tls of none', [res.tls_version, res.tls_cipher_suite, res.ocsp && res.ocsp.status]);
  // cookies
  const cookies = http.get(`${special}/cookies`).cookies;
  tell('cookies', Object.keys(cookies).sort().map((name) => cookies[name].map((cookie) => [cookie.name, cookie.value, cookie.domain, cookie.path, cookie.http_only, cookie.secure, cookie.max_age, cookie.expires])));
  // json
  tell('json', [http.get(`${base}/json`).json().service, http.get(`${base}/json`).json('items.#'), http.get(`${base}/json`).json('items.1.name'), http.get(`${base}/json`).json('none') === undefined]);
  tell('no json', [attempt(() => res.json()), attempt(() => res.json('a')), attempt(() => http.get(`${base}/json`, { responseType: 'none' }).json()), attempt(() => http.get(`${base}/status/204`).json())]);
  tell('json of bytes', attempt(() => http.get(`${base}/json`, { responseType: 'binary' }).json('service')));
  // html
  tell('html', [res.html().find('title').text(), res.html('title').text(), res.html('a').size(), res.html('nothing').size()]);
  // clickLink
  const clicked = (given) => { const one = res.clickLink(given); return [one.status, one.url.replace(special, ''), one.request.method]; };
  tell('clickLink', [clicked({}), clicked({ selector: 'a:last-child' }), clicked({ selector: '#second' }), clicked({ params: { tags: { a: 'b' } } })]);
  tell('clickLink of none', attempt(() => res.clickLink({ selector: 'nothing' })));
  tell('clickLink with parameters', res.clickLink({ selector: '#echo', params: { headers: { 'X-Click': '1' } } }).json('headers')['X-Click']);
  // submitForm
  const submitted = (given) => { const one = res.submitForm(given); return [one.json('method'), one.json('path').replace(special, ''), one.json('body')]; };
  tell('submitForm', [submitted({ formSelector: 'form:first-of-type' }), submitted({ formSelector: '#get' }), submitted({ formSelector: '#post' }), submitted({ formSelector: '#post', fields: { text: 'changed', more: 'x y' } })]);
  tell('submitForm by a button', [submitted({ formSelector: '#post', submitSelector: '#two' }), submitted({ formSelector: '#post', submitSelector: 'nothing' })]);
  tell('submitForm with parameters', res.submitForm({ formSelector: '#post', params: { headers: { 'X-Form': '1' } } }).json('headers')['X-Form']);
  tell('submitForm of none', attempt(() => res.submitForm({ formSelector: 'nothing' })));
  // what JSON.stringify makes of it
  tell('fields', Object.keys(JSON.parse(JSON.stringify(res))).sort());
  // a request that failed
  const failed = http.get('http://127.0.0.1:1/');
  tell('failed', [failed.status, failed.status_text, failed.body, failed.headers, failed.cookies, failed.error, failed.error_code, failed.url, failed.proto, failed.remote_ip, failed.timings.duration >= 0]);
  tell('failed has no content', [attempt(() => failed.json()), attempt(() => failed.html().text())]);
  // texts
  tell('text', [http.get(`${special}/latin1`).body.length, http.get(`${special}/utf8`).body, http.get(`${base}/chunked/3?size=4`).body, http.get(`${base}/compressed/gzip`).body.length, http.get(`${base}/compressed/deflate`).body.length]);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
