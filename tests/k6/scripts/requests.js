import http, { expectedStatuses, url } from 'k6/http';
import { check } from 'k6';
import { Rate } from 'k6/metrics';

const base = __ENV.BASE;
const ok = new Rate('ok');
export const options = { vus: 1, iterations: 4, thresholds: { 'http_reqs{name:item}': ['count>=0'], 'http_reqs{kind:del}': ['count>=0'] } };

export default function () {
  const methods = [
    http.get(`${base}/json`), http.head(`${base}/json`), http.options(`${base}/json`), http.del(`${base}/json`, null, { tags: { kind: 'del' } }),
    http.put(`${base}/echo`, 'put'), http.patch(`${base}/echo`, 'patch'), http.request('POST', `${base}/echo`, 'posted'),
    http.get(http.url`${base}/json?x=${__ITER}`, { tags: { name: 'item' } }),
  ];
  check(methods, {
    statuses: (rs) => rs.every((r) => r.status > 0),
    'put body': (rs) => rs[4].body.includes('put'),
    'posted body': (rs) => rs[6].body.includes('posted'),
    'head has none': (rs) => !rs[1].body,
  });
  const r = http.get(`${base}/json`, { headers: { 'X-One': '1' } });
  check(r, {
    json: (x) => typeof x.json() === 'object',
    header: (x) => x.headers['Content-Type'].includes('json'),
    timings: (x) => x.timings.duration >= 0 && x.timings.waiting >= 0,
    url: (x) => x.url === `${base}/json`,
    text: (x) => x.status_text === '200 OK',
    proto: (x) => x.proto === 'HTTP/1.1',
    'no error': (x) => x.error === '' && x.error_code === 0,
  });
  const missing = http.get(`${base}/status/404`, { responseCallback: expectedStatuses(404) });
  ok.add(missing.status === 404);
  check(missing, { 'error code': (x) => x.error_code === 1404 });
  http.get(`${base}/status/500`);
  const refused = http.get('http://127.0.0.1:1/');
  check(refused, { refused: (x) => x.status === 0 && x.error_code === 1212, 'no body': (x) => x.body === null || x.body === '' });
  const binary = http.get(`${base}/json`, { responseType: 'binary' });
  check(binary, { bytes: (x) => new Uint8Array(x.body).length > 10 });
  const none = http.get(`${base}/json`, { responseType: 'none' });
  check(none, { none: (x) => x.body === null });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
