// k6/execution: test, vu and their tags.
import { check, group } from 'k6';
import exec, { test, vu } from 'k6/execution';
import http from 'k6/http';
import { Counter } from 'k6/metrics';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const my_tagged = new Counter('my_tagged');
export const options = {
  vus: 1, iterations: 2, tags: { run: 'r' },
  thresholds: { 'my_tagged{set:by-vu}': ['count==2'], 'http_reqs{set:by-vu}': ['count==2'], 'my_tagged{set:own}': ['count==2'], 'my_tagged{number:5}': ['count==4'], 'checks{set:by-vu}': ['rate==1'] },
};
export function setup() { tell('in setup', [attempt(() => exec.vu.idInInstance), attempt(() => exec.scenario.name)]); return 1; }

export default function () {
  tell('vu', [vu.idInInstance, vu.idInTest, vu.iterationInInstance, vu.iterationInScenario]);
  tell('tags', [Object.keys(vu.metrics.tags).sort(), vu.metrics.tags.scenario, vu.metrics.tags.none === undefined, vu.tags.scenario]);
  vu.metrics.tags.set = 'by-vu';
  vu.metrics.tags.number = 5;
  tell('set', [vu.metrics.tags.set, vu.metrics.tags.number, vu.tags.set, 'set' in vu.metrics.tags]);
  my_tagged.add(1); my_tagged.add(1, { set: 'own' });
  http.get(`${__ENV.BASE}/json`);
  check(1, { tagged: () => true });
  vu.tags['other'] = true;
  tell('wrong tags', [attempt(() => { vu.metrics.tags.object = {}; }), attempt(() => { vu.metrics.tags.list = []; })]);
  delete vu.metrics.tags.set; delete vu.metrics.tags.number; delete vu.metrics.tags.other;
  tell('deleted', [vu.metrics.tags.set === undefined, Object.keys(vu.metrics.tags).sort()]);
  vu.metrics.metadata.trace = 'id';
  tell('metadata', [vu.metrics.metadata.trace, Object.keys(vu.metrics.metadata)]);
  delete vu.metrics.metadata.trace;
  tell('groups', [group('g', () => vu.metrics.tags.group === '::g'), vu.metrics.tags.group]);
  tell('options', [Object.keys(test.options.scenarios), test.options.tags]);
}
export function teardown() { tell('in teardown', [attempt(() => exec.vu.idInInstance), attempt(() => exec.scenario.name)]); }
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
