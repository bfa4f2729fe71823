import http from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE;

export const options = {
  iterations: 2,
  thresholds: { 'http_reqs{expected_response:true}': [], 'http_reqs{expected_response:false}': [], 'http_reqs{status:404}': [], 'http_reqs{status:302}': [] },
};

export default function () {
  http.setResponseCallback(null);
  check(http.get(`${base}/status/404`), { 'not judged': r => r.status === 404 });
  http.get(`${base}/redirect/1`);
  http.get(`${base}/status/404`, { responseCallback: http.expectedStatuses(404) });
  http.batch([`${base}/json`, ['GET', `${base}/json`, null, { responseCallback: http.expectedStatuses(500) }]]);
  http.setResponseCallback(http.expectedStatuses({ min: 200, max: 399 }));
  http.get(`${base}/json`, { responseCallback: null });
  http.get(`${base}/status/404`);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
