// k6/execution: where the script is, read anew each time.
const {call} = __loadr;

const live = (topic, names, more = {}) => Object.defineProperties({}, {
  ...Object.fromEntries(names.map(name => [name, {enumerable: true, get: () => call('execution', topic)[name]}])),
  ...Object.getOwnPropertyDescriptors(more),
});

// What a user cannot know here: an error where it is read is better than a number that is none.
const missing = (topic, names) => Object.fromEntries(names.map(name => [name, {
  get() { throw new TypeError(`k6/execution: ${topic}.${name} is not there in loadr`); },
}]));

export const scenario = Object.defineProperties(
  live('scenario', ['name', 'executor', 'iterationInInstance', 'iterationInTest']),
  missing('scenario', ['startTime', 'progress']));
export const instance = Object.defineProperties({}, missing('instance',
  ['iterationsInterrupted', 'iterationsCompleted', 'vusActive', 'vusInitialized', 'currentTestRunDuration']));
export const test = {
  abort(reason) { call('abort', reason === undefined ? '' : String(reason)); },
  fail(reason) { call('mark_failed', reason === undefined ? '' : String(reason)); },
  get options() { return call('options'); },
};
const tags = new Proxy({}, {
  get: (_, key) => typeof key === 'string' ? call('tags_get')[key] : undefined,
  set(_, key, value) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw new TypeError(`a tag must be text, a number or a boolean: ${String(key)}`);
    call('tag_set', String(key), String(value));
    return true;
  },
  deleteProperty(_, key) { call('tag_set', String(key), null); return true; },
  ownKeys: () => Object.keys(call('tags_get')),
  has: (_, key) => key in call('tags_get'),
  getOwnPropertyDescriptor(_, key) {
    const value = call('tags_get')[key];
    return value === undefined ? undefined : {value, enumerable: true, configurable: true, writable: true};
  },
});
export const vu = live('vu',
  ['idInInstance', 'idInTest', 'iterationInInstance', 'iterationInScenario'],
  {metrics: Object.freeze({tags, metadata: {}}), tags});

export default {scenario, instance, test, vu};
