import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { Counter, Trend, Rate, Gauge } from 'k6/metrics';
import exec from 'k6/execution';

const base = __ENV.BASE;
const seen = new Counter('seen');
const took = new Trend('took', true);

export const options = {
  scenarios: {
    a: { executor: 'shared-iterations', vus: 2, iterations: 10, exec: 'main', env: {WHO: 'a'}, tags: {team: 'x'} },
    b: { executor: 'per-vu-iterations', vus: 1, iterations: 3, exec: 'other' },
  },
  thresholds: { checks: ['rate>0.5'], 'http_req_duration{team:x}': ['p(95)<5000'], seen: ['count==10'] },
};

export function setup() {
  const res = http.get(`${base}/json`);
  http.get(`${base}/status/404`);
  return { status: res.status, list: [1, 2] };
}

export function main(data) {
  group('outer', () => {
    const res = http.get(`${base}/json`, { tags: { name: 'json' } });
    check(res, { 'is 200': (r) => r.status === 200, 'is 201': (r) => r.status === 201 });
    took.add(res.timings.duration);
    seen.add(1);
    check(data, { 'setup data': (d) => d.status === 200 && d.list.length === 2 });
    check(null, { who: () => __ENV.WHO === 'a' });
  });
  const p = http.post(`${base}/echo`, { a: 'b c', d: 1 });
  check(p, { 'form': (r) => r.body.includes('a=b+c&d=1') || r.body.includes('a=b%20c&d=1') });
}
export function other() {
  const rs = http.batch([`${base}/json`, ['GET', `${base}/status/404`]]);
  check(rs, { two: (r) => r.length === 2 && r[1].status === 404 });
  if (exec.vu.iterationInScenario === 1) throw new Error('on purpose');
}
export function teardown(data) { console.log('teardown', data.status); }
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
