// Which responses count as failed: setResponseCallback and expectedStatuses.
import http, { expectedStatuses, setResponseCallback } from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE;
http.setResponseCallback(http.expectedStatuses(200, 404, { min: 500, max: 501 }));
export const options = { vus: 2, iterations: 4, thresholds: { 'http_req_failed{step:one}': ['rate<=0.5'], 'http_req_failed{step:two}': ['rate==1'], 'http_req_failed{step:three}': ['rate==0'], 'http_reqs{expected_response:true}': ['count>=0'] } };

export default function () {
  for (const status of [200, 204, 404, 500, 501, 502]) http.get(`${base}/status/${status}`, { tags: { step: 'one' } });
  setResponseCallback(expectedStatuses(418));
  http.get(`${base}/status/200`, { tags: { step: 'two' } });
  http.get(`${base}/status/418`, { tags: { step: 'three' } });
  http.get(`${base}/status/503`, { tags: { step: 'three' }, responseCallback: expectedStatuses(503) });
  setResponseCallback(expectedStatuses(200, 404, { min: 500, max: 501 }));
  let failed = false;
  try { setResponseCallback('no'); } catch (error) { failed = true; }
  check(failed, { 'refuses what is none': (value) => value });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
