// Every way to send a request, and where its body and parameters stand.
import http from 'k6/http';
import { check, group } from 'k6';

const base = __ENV.BASE;
const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const sent = (res) => { const got = res.json(); return [res.status, got.method, got.body, got.headers['Content-Type'] || null, got.headers['X-One'] || null]; };
const params = { headers: { 'X-One': '1' }, tags: { kind: 'tagged' } };

export const options = { vus: 1, iterations: 1, thresholds: { 'http_reqs{kind:tagged}': ['count>=0'], 'http_reqs{group:::inside}': ['count>=0'], 'http_req_failed{kind:tagged}': ['rate>=0'] } };

export default async function () {
  tell('get', sent(http.get(`${base}/echo`, params)));
  tell('get of null', sent(http.get(`${base}/echo`, null)));
  tell('head', [http.head(`${base}/echo`, params).status, http.head(`${base}/echo`).body]);
  tell('post', [sent(http.post(`${base}/echo`, 'text', params)), sent(http.post(`${base}/echo`, null, params)), sent(http.post(`${base}/echo`))]);
  tell('put', [sent(http.put(`${base}/echo`, 'text', params)), sent(http.put(`${base}/echo`, { a: 1 }, params)), sent(http.put(`${base}/echo`))]);
  tell('patch', [sent(http.patch(`${base}/echo`, 'text', params)), sent(http.patch(`${base}/echo`))]);
  tell('del', [sent(http.del(`${base}/echo`, 'text', params)), sent(http.del(`${base}/echo`, null, params)), sent(http.del(`${base}/echo`))]);
  tell('options', [sent(http.options(`${base}/echo`, 'text', params)), sent(http.options(`${base}/echo`))]);
  tell('request', [sent(http.request('POST', `${base}/echo`, 'text', params)), sent(http.request('PUT', `${base}/echo`, 'text')), sent(http.request('GET', `${base}/echo`))]);
  tell('request of a method of its own', http.request('PURGE', `${base}/echo`, null, params).status);
  tell('asyncRequest', [sent(await http.asyncRequest('GET', `${base}/echo`)), sent(await http.asyncRequest('POST', `${base}/echo`, 'text', params)), sent(await http.asyncRequest('DELETE', `${base}/echo`, null, params))]);
  const race = await Promise.race([http.asyncRequest('GET', `${base}/delay/300`), http.asyncRequest('GET', `${base}/json`)]);
  tell('race', race.url === `${base}/json`);
  const settled = await Promise.allSettled([http.asyncRequest('GET', `${base}/json`), http.asyncRequest('GET', `${base}/status/500`)]);
  tell('settled', settled.map((one) => [one.status, one.value.status]));
  tell('then', await http.asyncRequest('GET', `${base}/status/201`).then((res) => res.status));
  group('inside', () => { http.get(`${base}/json`); http.get(`${base}/status/404`, params); });
  tell('url', [sent(http.get(http.url`${base}/echo?id=${7}`)), http.get(http.url`${base}/echo?id=${7}`).url]);
  tell('form', ['a b&c=d', 'ü', 1.5, true].map((value) => http.post(`${base}/echo`, { key: value }).json('body')));
  tell('form of a list', http.post(`${base}/echo`, { list: ['x', 'y'], other: 'z' }).json('body'));
  tell('form with a type', sent(http.post(`${base}/echo`, { a: 'b' }, { headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' } })));
  tell('typed array', http.post(`${base}/echo`, new Uint8Array([104, 105])).json('body'));
  tell('array buffer', http.post(`${base}/echo`, new Uint8Array([104, 105]).buffer).json('body'));
  tell('empty text', http.post(`${base}/echo`, '').json('body_bytes'));
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
