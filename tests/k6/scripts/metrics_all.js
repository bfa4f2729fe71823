// k6/metrics: the four kinds, their values and tags, and thresholds over them.
import { check, group } from 'k6';
import metrics, { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import exec from 'k6/execution';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const my_counter = new Counter('my_counter'), my_gauge = new Gauge('my_gauge'), my_rate = new Rate('my_rate'), my_trend = new Trend('my_trend'), my_time = new Trend('my_time', true);
const my_bytes = new Counter('my_bytes', false), my_fraction = new Counter('my_fraction'), my_other = new metrics.Trend('my_other');
const again = attempt(() => new Counter('my_counter').name), otherKind = attempt(() => new Gauge('my_counter').name);
const names = ['', '1st', 'with space', 'ümlaut', 'ok_1'].map((name) => attempt(() => new Counter(name).name));

export const options = {
  vus: 1, iterations: 3,
  summaryTrendStats: ['avg', 'min', 'med', 'max', 'count', 'p(0)', 'p(50)', 'p(90)', 'p(99.9)', 'p(100)'],
  thresholds: {
    my_counter: ['count>10', 'count<5', 'rate>0'], 'my_counter{kind:a}': ['count==3'],
    my_gauge: ['value==3', 'value>5'], my_rate: ['rate==0.5', 'rate<0.2'], 'my_rate{group:::in}': ['rate==1'],
    my_trend: ['avg==3', 'min>=1', 'max<=5', 'p(95)<=5'], 'my_trend{kind:a,size:c}': ['max==9'], my_time: ['avg<1000'],
    'checks{check:holds}': ['rate==1'], iterations: ['count==3'],
  },
};

export default function () {
  tell('made at the start', [again, otherKind, names, my_trend.name, my_time.name]);
  my_counter.add(1); my_counter.add(2.5); my_counter.add(true); my_counter.add('3'); my_counter.add(1, { kind: 'a' }); my_counter.add(0);
  my_fraction.add(0.1); my_fraction.add(0.2);
  my_gauge.add(9); my_gauge.add(-2); my_gauge.add(3);
  my_rate.add(true); my_rate.add(1); my_rate.add(0); my_rate.add(false); my_rate.add(-1); my_rate.add(''); my_rate.add('x'); my_rate.add(false);
  for (const value of [1, 2, 3, 4, 5]) my_trend.add(value);
  my_time.add(0.5); my_time.add(12.25); my_time.add(100); my_bytes.add(1024); my_other.add(5);
  my_trend.add(3, { kind: 'a', size: 'c' });
  tell('returned', [my_counter.add(0), attempt(() => my_counter.add()), attempt(() => my_counter.add(null)), attempt(() => my_counter.add(NaN)), attempt(() => my_counter.add('many')), attempt(() => my_counter.add({}))]);
  group('in', () => { my_rate.add(1); });
  exec.vu.metrics.tags.kind = 'vu';
  my_counter.add(1); my_counter.add(1, { kind: 'own' });
  delete exec.vu.metrics.tags.kind;
  check(1, { holds: (value) => value === 1 });
  tell('late', attempt(() => new Counter('my_late')));
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
