import http from 'k6/http';
import { check, fail, group, sleep } from 'k6';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const counter = new Counter('my_counter'), gauge = new Gauge('my_gauge'), rate = new Rate('my_rate'), trend = new Trend('my_trend');
export const options = { vus: 2, iterations: 6, thresholds: { my_counter: ['count==18'], my_trend: ['max<=3', 'avg==2'], my_rate: ['rate<0.5'] } };

export default function () {
  group('a', () => {
    group('b', () => {
      check(1, { inner: (v) => v === 1 });
      counter.add(1); counter.add(2, { tag: 'x' });
    });
    check(2, { outer: (v) => v === 1 });
  });
  gauge.add(7);
  rate.add(true); rate.add(false); rate.add(0);
  trend.add(1); trend.add(2); trend.add(3);
  sleep(0.01);
  if (__ITER === 0 && __VU === 1) fail('on purpose');
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
