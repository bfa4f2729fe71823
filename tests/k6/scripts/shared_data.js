// k6/data: SharedArray, and values that setup hands on.
import { check } from 'k6';
import data, { SharedArray } from 'k6/data';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const users = new SharedArray('users', () => JSON.parse(open('./lib/users.json')));
const numbers = new data.SharedArray('numbers', () => [3, 1, 2]), nested = new SharedArray('nested', () => [[1, [2]], { a: { b: [null, true, 'x'] } }]), nothing = new SharedArray('nothing', () => []);
const wrong = [attempt(() => new SharedArray()), attempt(() => new SharedArray('', () => [])), attempt(() => new SharedArray('no function')), attempt(() => new SharedArray('no array', () => ({}))), attempt(() => new SharedArray('text', () => 'text'))];
const twice = new SharedArray('users', () => ['never made']);

export const options = { vus: 2, iterations: 4 };
export function setup() { return { text: 'ü', number: 1.5, list: [1, { a: null }], yes: true, none: null, deep: { a: { b: { c: [[]] } } } }; }

export default function (given) {
  tell('given by setup', Object.entries(given).sort());
  tell('length', [users.length, numbers.length, nothing.length, twice.length]);
  tell('index', [users[0], users[1].name, users[9] === undefined, users[-1] === undefined, nested[1].a.b, numbers[0]]);
  tell('for of', (() => { const seen = []; for (const user of users) seen.push(user.name); return seen; })());
  tell('array methods', [users.map((user) => user.name), users.filter((user) => user.age > 30).length, users.find((user) => user.name === 'Ann'), users.some((user) => user.age > 90), users.every((user) => user.age > 3), numbers.reduce((a, b) => a + b), numbers.indexOf(1),
    numbers.includes(2), numbers.slice(1), numbers.concat([9]), numbers.join('-'), [...numbers].sort(), users.findIndex((user) => user.name === 'Bob'), users.entries().next().value[0], Array.from(numbers), numbers.forEach(() => 1) === undefined]);
  tell('JSON', [JSON.stringify(users), JSON.stringify(nothing)]);
  tell('keys', [Object.keys(users), 'length' in users, 1 in users, 9 in users, typeof users, users instanceof Array || Array.isArray(users)]);
  tell('wrong', wrong);
  const changed = (change) => { const outcome = attempt(change); return [outcome === 'throws' || 'goes on', users.length, users[0].name]; };
  tell('cannot be changed', [changed(() => { users[0].name = 'x'; }), changed(() => { users[0] = 'x'; }), changed(() => users.push('x')), changed(() => { users.length = 0; }), changed(() => { delete users[0]; })].map((one) => one.slice(1)));
}
export function teardown(given) { tell('given to teardown', Object.entries(given).sort()); }
export function handleSummary(summary) { return { stdout: JSON.stringify(summary) }; }
