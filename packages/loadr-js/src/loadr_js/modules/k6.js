// k6: check, sleep, group, fail, randomSeed.
const {call, seed} = __loadr;

export function sleep(seconds) { call('sleep', +seconds || 0); }

export function check(value, checks, tags) {
  let all = true;
  const results = [];
  for (const [name, condition] of Object.entries(checks)) {
    let holds = false, thrown;
    try {
      holds = typeof condition === 'function' ? condition(value) : condition;
      if (holds !== null && typeof holds === 'object' && typeof holds.then === 'function')
        throw new TypeError(`check ${JSON.stringify(name)} is async: await its value first`);
    } catch (error) { thrown = error; }
    results.push(name, thrown === undefined && !!holds);
    if (thrown !== undefined) { call('checks', results, tags ?? null); throw thrown; }
    all = all && !!holds;
  }
  call('checks', results, tags ?? null);
  return all;
}

export function group(name, body) {
  if (typeof body !== 'function') throw new TypeError('group needs a function');
  call('group_enter', String(name));
  let result;
  try { result = body(); } finally { call('group_leave'); }
  if (result !== null && typeof result === 'object' && typeof result.then === 'function')
    throw new TypeError('group does not wait for async functions, as in k6');
  return result;
}

export function fail(message) { throw new Error(message === undefined ? 'fail() was called' : String(message)); }

export function randomSeed(value) { seed(Math.abs(Math.trunc(+value))); }

export default {check, fail, group, randomSeed, sleep};
