import exec from 'k6/execution';
import { check } from 'k6';
export const options = { vus: 1, iterations: 3, thresholds: { checks: ['rate==1'] } };
export default function () {
  check(1, { before: () => true });
  const returned = exec.test.fail('not good enough');
  check(returned, { 'goes on': value => value === undefined, never: () => false });
}
export function teardown() { exec.test.fail(); }
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
