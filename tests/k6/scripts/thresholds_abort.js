// A threshold with abortOnFail ends the run; one with tags has samples of its own.
import { check, sleep } from 'k6';
import { Counter } from 'k6/metrics';

const my_errors = new Counter('my_errors');
export const options = {
  scenarios: {
    good: { executor: 'constant-vus', vus: 1, duration: '30s', gracefulStop: '0s', exec: 'good' },
    bad: { executor: 'constant-vus', vus: 1, duration: '30s', gracefulStop: '0s', exec: 'bad', tags: { kind: 'bad' } },
  },
  thresholds: {
    'checks{kind:bad}': [{ threshold: 'rate>0.9', abortOnFail: true, delayAbortEval: '500ms' }], 'checks{scenario:good}': ['rate==1'],
    my_errors: [{ threshold: 'count<1000000', abortOnFail: true }, 'count>0'],
  },
};
export function good() { check(1, { good: () => true }); sleep(0.1); }
export function bad() { check(1, { bad: () => false }); my_errors.add(1); sleep(0.1); }
export function teardown() { check(1, { 'teardown runs': () => true }); }
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
