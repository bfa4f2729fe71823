import { check, group } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const my_counter = new Counter('my_counter');
const my_trend = new Trend('my_trend');
const my_rate = new Rate('my_rate');
const my_gauge = new Gauge('my_gauge');

export const options = {
  scenarios: {
    one: { executor: 'per-vu-iterations', vus: 1, iterations: 2, exec: 'one', tags: { team: 'a' }, env: { WHO: 'one' } },
    two: { executor: 'shared-iterations', vus: 1, iterations: 3, exec: 'two', startTime: '1s' },
  },
  thresholds: { 'my_counter{own:tag}': ['count==2'], 'my_trend{kind:tagged}': ['max==5'], 'checks{team:a}': ['rate==1'], 'http_reqs{team:a}': ['count==2'] },
  summaryTrendStats: ['avg', 'min', 'max', 'count', 'p(90)'],
};

export function one() {
  tell('vu', [exec.vu.idInInstance > 0, exec.vu.idInTest > 0, exec.vu.iterationInInstance, exec.vu.iterationInScenario]);
  tell('scenario', [exec.scenario.name, exec.scenario.executor, exec.scenario.iterationInInstance, exec.scenario.iterationInTest]);
  tell('options', [Object.keys(exec.test.options.scenarios).sort(), exec.test.options.summaryTrendStats]);
  tell('tags', [exec.vu.metrics.tags.scenario, exec.vu.metrics.tags.team, exec.vu.tags.team]);
  exec.vu.metrics.tags.kind = 'tagged';
  my_trend.add(5);
  delete exec.vu.metrics.tags.kind;
  my_trend.add(7);
  my_counter.add(1, { own: 'tag' });
  my_counter.add(2);
  my_rate.add(true); my_rate.add(0); my_rate.add(1.5); my_rate.add(false);
  my_gauge.add(3); my_gauge.add(1);
  tell('name', [my_counter.name, my_trend.name]);
  tell('group', group('outer', () => group('inner', () => { http.get(`${__ENV.BASE}/json`); return 42; })));
  tell('check', [check(1, { a: v => v === 1, b: true }), check(1, { a: v => v === 1, c: () => false })]);
  tell('env', [__ENV.WHO, typeof __VU, __ITER]);
  for (const wrong of [() => new Counter('my_late'), () => my_counter.add(), () => open('x'), () => group('no function')]) {
    let failed = false;
    try { wrong(); } catch (error) { failed = true; }
    tell(`throws ${wrong}`, failed);
  }
}
export function two() { tell('two', [exec.scenario.name, exec.scenario.executor, exec.vu.iterationInScenario]); }
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
