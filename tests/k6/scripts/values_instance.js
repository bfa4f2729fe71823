import { check, sleep } from 'k6';
import exec from 'k6/execution';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });

export const options = {
  scenarios: {
    cut: { executor: 'constant-vus', vus: 2, duration: '1s', gracefulStop: '0s', exec: 'cut' },
    after: { executor: 'per-vu-iterations', vus: 1, iterations: 2, startTime: '2s', exec: 'after' },
    open: { executor: 'constant-arrival-rate', rate: 2, duration: '1200ms', preAllocatedVUs: 3, startTime: '3s', exec: 'open' },
  },
};
export function cut() {
  tell('progress', exec.scenario.progress < 0.5);
  sleep(30);
}
export function after() {
  const { instance } = exec;
  tell('after', [instance.iterationsCompleted, instance.iterationsInterrupted, instance.vusActive, instance.currentTestRunDuration > 2000]);
}
export function open() {
  tell('open', [exec.scenario.iterationInInstance, exec.scenario.iterationInTest, exec.instance.iterationsCompleted, exec.scenario.progress < 0.9]);
  check(null, { started: () => exec.scenario.startTime <= Date.now() && exec.scenario.startTime > Date.now() - 30000 });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
