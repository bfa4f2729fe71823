import exec from 'k6/execution';
import { check } from 'k6';
export const options = { vus: 1, iterations: 5 };
export default function () {
  check(1, { one: () => true });
  if (__ITER === 1) exec.test.abort('enough');
}
export function teardown() {}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
