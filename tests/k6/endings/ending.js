import { check } from 'k6';
import exec from 'k6/execution';

const [place, how] = (__ENV.ENDING || ':').split(':');
function end(here) {
  check(here, { [here]: () => true });
  if (here !== place) return;
  if (how === 'abort') exec.test.abort('enough');
  if (how === 'fail') exec.test.fail('not good enough');
  if (how === 'throw') throw new Error('on purpose');
}

export const options = { vus: 1, iterations: 2 };
export function setup() { end('setup'); return { token: [1, 'a'] }; }
export default function () { end('default'); }
export function teardown() { end('teardown'); }
export function handleSummary(data) {
  if (place === 'handleSummary' && how === 'fail') exec.test.fail('too late');
  return { stdout: JSON.stringify(data) };
}
