// k6: check, sleep, group, fail, randomSeed.
const {call, direct, failed, seed} = __loadr;

export function sleep(seconds) { if (direct.sleep(+seconds || 0) === false) failed(); }

// `::` stands between the names of a path.
function named(name) {
  if (name.includes('::')) throw new Error("group and check names may not contain '::'");
}

// Names of checks that the host knows by a number, so that outcomes cross as numbers.
const numbers = new Map();
function numberOf(name) {
  let number = numbers.get(name);
  if (number === undefined) {
    named(name);
    number = call('check_number', name);
    if (number !== null) numbers.set(name, number);
  }
  return number;
}
// One crossing with all outcomes: twice a name's number, and one more where it held. Where tags go along, or
// there are too many names to number them, names and outcomes in turn, as JSON.
function count(checks, outcomes, isPlain, tags) {
  if (isPlain) {
    if (direct.checks(...outcomes) === false) failed();
    return;
  }
  const names = Object.keys(checks);
  call('checks', outcomes.flatMap((outcome, index) => [names[index], outcome % 2 === 1]), tags ?? null);
}

export function check(value, checks, tags) {
  let all = true, isPlain = tags === undefined || tags === null;
  const outcomes = [];
  for (const name of Object.keys(checks)) {
    let number = 0;
    if (isPlain) {
      number = numberOf(name);
      if (number === null) { isPlain = false; number = 0; }
    }
    let holds;
    try {
      const condition = checks[name];
      holds = typeof condition === 'function' ? condition(value) : condition;
      if (holds !== null && typeof holds === 'object' && typeof holds.then === 'function')
        throw new TypeError(`check ${JSON.stringify(name)} is async: await its value first`);
    } catch (error) {
      outcomes.push(2 * number);
      count(checks, outcomes, isPlain, tags);
      throw error;
    }
    if (holds) outcomes.push(2 * number + 1);
    else { outcomes.push(2 * number); all = false; }
  }
  count(checks, outcomes, isPlain, tags);
  return all;
}

export function group(name, body) {
  if (typeof body !== 'function') throw new TypeError('group needs a function');
  named(String(name));
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
