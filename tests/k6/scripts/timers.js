// k6/timers and the global ones: order, arguments, cancelling.
import { check, sleep } from 'k6';
import timers, { clearInterval, clearTimeout, setInterval, setTimeout } from 'k6/timers';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
export const options = { vus: 1, iterations: 2 };

export default async function () {
  const order = [];
  const done = new Promise((resolve) => {
    setTimeout((a, b) => order.push(`20 ${a}${b}`), 20, 'x', 'y');
    setTimeout(() => order.push('0'), 0);
    timers.setTimeout(() => { order.push('40'); resolve(); }, 40);
    const forgotten = setTimeout(() => order.push('never'), 10);
    clearTimeout(forgotten);
    Promise.resolve().then(() => order.push('promise'));
    order.push('now');
  });
  await done;
  tell('order', order);
  let count = 0;
  await new Promise((resolve) => {
    const interval = setInterval((step) => { count += step; if (count === 6) { clearInterval(interval); resolve(); } }, 2, 2);
  });
  tell('interval', count);
  const globals = [];
  await new Promise((resolve) => { globalThis.setTimeout(() => { globals.push('global'); resolve(); }, 1); });
  tell('globals', [globals, typeof globalThis.setInterval, typeof globalThis.clearTimeout, typeof globalThis.clearInterval]);
  tell('numbers', [typeof setTimeout(() => 1, 0), attempt(() => clearTimeout(12345)), attempt(() => clearTimeout(undefined))]);
  tell('names', Object.keys(timers).sort());
  // What is still set when the function ends is waited for.
  setTimeout(() => check(1, { 'the last timer': () => true }), 5);
  const before = Date.now();
  sleep(0.02);
  tell('sleep', Date.now() - before >= 19);
  sleep(0);
  const times = await Promise.all([new Promise((resolve) => { setTimeout(() => resolve('a'), 10); }), 'b', (async () => 'c')()]);
  tell('all', times);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
