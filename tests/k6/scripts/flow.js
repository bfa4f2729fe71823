// k6: check, fail, group, sleep, randomSeed and their metrics, names and tags.
import k6, { check, fail, group, randomSeed, sleep } from 'k6';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
export const options = {
  vus: 2, iterations: 4, tags: { run: 'all' },
  thresholds: { 'checks{kind:tagged}': ['rate==0.5'], 'checks{run:all}': ['rate>0'], 'group_duration{group:::outer::inner}': ['max>=0'], 'checks{group:::outer}': ['rate==1'], iterations: ['count==4'], iteration_duration: ['max<60000'] },
};

export default function () {
  tell('check', [check(1, { one: (value) => value === 1 }), check(1, { two: (value) => value === 2 }), check(null, {}), check(5, { value: true, none: null, zero: 0, text: 'x', empty: '', object: {} })]);
  check('x', { tagged: (value) => value === 'x', 'tagged too': () => false }, { kind: 'tagged', number: 5 });
  tell('a check that throws', attempt(() => check(1, { thrower: () => { throw new Error('in a check'); } })));
  tell('wrong checks', [attempt(() => check(1)), attempt(() => check(1, null))]);
  tell('names', [attempt(() => check(1, { 'a::b': () => true })), check(1, { 'ü "quoted"': () => true, '': () => true })]);
  tell('group', [group('outer', () => { check(1, { outer: () => true }); return group('inner', () => { check(1, { inner: () => true }); return [1, 2]; }); }), group('returns nothing', () => {})]);
  tell('a group that throws', attempt(() => group('thrower', () => { throw new Error('in a group'); })));
  check(1, { 'after the group': () => true });
  tell('wrong groups', [attempt(() => group('a::b', () => 1)), attempt(() => group('no function')), attempt(() => group('', () => 1)), attempt(() => group('async', async () => 1))]);
  const before = Date.now();
  sleep(0.05); sleep('0.01');
  tell('sleep', [Date.now() - before >= 59, attempt(() => sleep()), attempt(() => sleep(null)), attempt(() => sleep(-1)), attempt(() => sleep(NaN)), attempt(() => sleep('x'))].slice(0, 1));
  randomSeed(42);
  const numbers = [Math.random(), Math.random()];
  randomSeed(42);
  tell('randomSeed', [Math.random() === numbers[0], Math.random() === numbers[1], numbers[0] !== numbers[1]]);
  tell('the default export', Object.keys(k6).sort());
  group('fails', () => {
    if (__ITER === 0) fail('on purpose');
    check(1, { 'not after fail': () => true });
  });
  tell('fail', (() => { try { fail('why'); } catch (error) { return String(error).includes('why'); } })());
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
