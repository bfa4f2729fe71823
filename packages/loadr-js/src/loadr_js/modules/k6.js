// k6: check, sleep, group, fail, randomSeed.
const {call, direct, failed, seed} = __loadr;

export function sleep(seconds) { if (direct.sleep(+seconds || 0) === false) failed(); }

// Names of checks that the host knows by a number, so that outcomes cross as numbers.
const numbers = new Map();
function numberOf(name) {
  let number = numbers.get(name);
  if (number === undefined) {
    number = call('check_number', name);
    if (number !== null) numbers.set(name, number);
  }
  return number;
}
// What crosses of a check without tags: twice its name's number, and one more where it held.
function count(results, tags) {
  if (tags === undefined || tags === null) {
    const outcomes = [];
    for (let i = 0; i < results.length; i += 2) {
      const number = numberOf(results[i]);
      if (number === null) break;
      outcomes.push(2 * number + results[i + 1]);
    }
    if (2 * outcomes.length === results.length) {
      if (direct.checks(...outcomes) === false) failed();
      return;
    }
  }
  call('checks', results, tags ?? null);
}

export function check(value, checks, tags) {
  let all = true;
  const results = [];
  for (const name of Object.keys(checks)) {
    let holds = false;
    try {
      const condition = checks[name];
      holds = typeof condition === 'function' ? condition(value) : condition;
      if (holds !== null && typeof holds === 'object' && typeof holds.then === 'function')
        throw new TypeError(`check ${JSON.stringify(name)} is async: await its value first`);
    } catch (error) {
      results.push(name, false);
      count(results, tags);
      throw error;
    }
    results.push(name, !!holds);
    if (!holds) all = false;
  }
  count(results, tags);
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
