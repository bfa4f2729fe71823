// What is there without an import.
import { check } from 'k6';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const atStart = [typeof __ENV, typeof __VU, typeof open, attempt(() => open('./lib/none.txt')), open('./lib/text.txt').length];
export const options = { vus: 1, iterations: 2 };

export default function () {
  tell('at the start', atStart);
  tell('variables', [__VU, __ITER, typeof __ENV.BASE, __ENV.NONE === undefined, Object.keys(__ENV).includes('BASE')]);
  __ENV.CHANGED = 'here';
  tell('environment', __ENV.CHANGED);
  tell('console', ['log', 'debug', 'info', 'warn', 'error'].map((name) => typeof console[name]));
  tell('open', attempt(() => open('./lib/text.txt')));
  tell('crypto', [typeof crypto.randomUUID(), crypto.randomUUID().length, crypto.getRandomValues(new Uint8Array(4)).length, crypto.getRandomValues(new Uint32Array(2)).length, attempt(() => crypto.getRandomValues([1]))]);
  tell('language', [[3, 1, 2].toSorted ? 'new' : 'old', [1, [2, [3]]].flat(Infinity), Object.fromEntries([['a', 1]]), 'abc'.at(-1), 'aXbX'.replaceAll('X', '-'), 2n ** 64n === 18446744073709551616n, (() => { try { return null?.x ?? 'none'; } catch (error) { return 'old'; } })()]);
  tell('regular expressions', ['aBc'.replace(/b/i, (match) => match.toLowerCase()), [...'a1b2'.matchAll(/\d/g)].map((match) => match[0]), /(?<=a)b/.test('ab')]);
  tell('dates', [new Date(0).toISOString(), Date.UTC(2020, 1, 29), JSON.stringify(new Date(86400000)), new Date('2020-02-30').getTime() > 0 || 'invalid']);
  tell('numbers', [(1234.5678).toFixed(2), (255).toString(16), parseInt('12px', 10), Number('0x10'), (0.1 + 0.2).toString(), (1e21).toString(), Math.hypot(3, 4), Math.trunc(-1.5)]);
  tell('collections', [[...new Map([['a', 1]]).entries()], [...new Set([1, 1, 2])], new WeakMap() instanceof WeakMap, Symbol('s').toString()]);
  tell('texts', ['%C3%BC', 'ü'].map((text) => [decodeURIComponent(text), encodeURIComponent(text), encodeURI(text), escape(text)]));
  tell('JSON', [JSON.stringify({ a: undefined, b: () => 1, c: NaN, d: [undefined] }), JSON.stringify({ a: 1 }, null, 2), JSON.parse('[1]', (key, value) => value)]);
  class Base { #hidden = 1; static made = 'static'; get hidden() { return this.#hidden; } }
  class Derived extends Base { constructor() { super(); this.own = 2; } }
  tell('classes', [new Derived().hidden, Derived.made, new Derived() instanceof Base]);
  const { a, ...rest } = { a: 1, b: 2, c: 3 };
  tell('syntax', [a, rest, [...'ab'], ((x, y = 2, ...more) => x + y + more.length)(1, undefined, 5), `t${1}`, (() => { let count = 0; for (const key in { x: 1, y: 2 }) count += key.length; return count; })()]);
  function* generator() { yield 1; yield* [2, 3]; }
  tell('generators', [...generator()]);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
