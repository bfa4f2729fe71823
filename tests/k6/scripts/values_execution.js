import { check, group } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`.replaceAll('::', '/')]: () => true });
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

const failure = read => { try { return read(); } catch (error) { return error.message; } };
const sorted = value => value === null || typeof value !== 'object' ? value
  : Array.isArray(value) ? value.map(sorted)
  : Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]));
const initial = [() => exec.scenario.name, () => exec.vu.idInTest, () => exec.test.options.tags, () => exec.test.fail('x')].map(failure);

export function setup() {
  return [
    [exec.vu.idInInstance, exec.vu.idInTest, exec.vu.iterationInInstance, exec.vu.iterationInScenario],
    sorted(exec.vu.tags),
    ['name', 'executor', 'startTime', 'progress', 'iterationInInstance', 'iterationInTest'].map(name => failure(() => exec.scenario[name])),
    [exec.instance.iterationsCompleted, exec.instance.iterationsInterrupted, exec.instance.vusActive, exec.instance.vusInitialized],
    exec.instance.currentTestRunDuration > 0,
  ];
}

export function one(data) {
  tell('initial', initial);
  tell('setup', data);
  tell('keys', [exec, exec.instance, exec.scenario, exec.vu, exec.vu.metrics, exec.test].map(object => Object.keys(object).sort()));
  const {instance} = exec, passed = Date.now() - exec.scenario.startTime;
  tell('instance', [instance.iterationsCompleted, instance.iterationsInterrupted, instance.vusActive, instance.vusInitialized]);
  tell('time', [passed >= 0 && passed < 60000, Number.isInteger(exec.scenario.startTime), instance.currentTestRunDuration >= passed]);
  tell('progress', exec.scenario.progress);
  tell('all options', sorted(exec.test.options));
  tell('frozen', [() => { instance.vusActive = 1; }, () => { exec.test.options.tags = {}; }, () => { exec.test.options.scenarios.one.vus = 2; }]
    .map(write => { try { write(); return 'written'; } catch (error) { return error.name; } }));
  exec.vu.metrics.metadata.trace = 5;
  tell('metadata', [exec.vu.metrics.metadata.trace, Object.keys(exec.vu.metrics.metadata), 'trace' in exec.vu.metrics.metadata, exec.vu.metrics.metadata.other]);
  delete exec.vu.metrics.metadata.trace;
  tell('no metadata', [Object.keys(exec.vu.metrics.metadata), exec.vu.metrics.metadata.trace]);
  tell('all tags', sorted(exec.vu.tags));
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
export function two() { 
  tell('two', [exec.scenario.name, exec.scenario.executor, exec.vu.iterationInScenario]);
  tell('two, in all', [exec.scenario.iterationInInstance, exec.scenario.iterationInTest, exec.scenario.progress]);
  tell('two, instance', [exec.instance.iterationsCompleted, exec.instance.vusActive]);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
