// k6/execution: where the script is, read anew each time.
const {call} = __loadr;

const live = (topic, names, more = {}) => Object.defineProperties({}, {
  ...Object.fromEntries(names.map(name => [name, {enumerable: true, get: () => call('execution', topic)[name]}])),
  ...Object.getOwnPropertyDescriptors(more),
});

export const scenario = live('scenario',
  ['name', 'executor', 'startTime', 'progress', 'iterationInInstance', 'iterationInTest']);
export const instance = live('instance',
  ['currentTestRunDuration', 'iterationsCompleted', 'iterationsInterrupted', 'vusActive', 'vusInitialized']);
export const test = {
  abort(reason) { call('abort', reason === undefined || reason === null ? '' : String(reason)); },
  fail(reason) { call('mark_failed', reason === undefined || reason === null ? '' : String(reason)); },
  get options() { return frozen(call('options')); },
};
function frozen(value) {
  if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

// Texts by name, as k6 has them: a number or a boolean becomes text, nothing else is taken.
const texts = (what, all, set) => new Proxy({}, {
  get: (_, key) => typeof key === 'string' ? all()[key] : undefined,
  set(_, key, value) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw new TypeError(`invalid value for metric ${what} '${String(key)}': only String, Boolean and Number types are accepted`);
    set(String(key), String(value));
    return true;
  },
  deleteProperty(_, key) { set(String(key), null); return true; },
  ownKeys: () => Object.keys(all()),
  has: (_, key) => key in all(),
  getOwnPropertyDescriptor(_, key) {
    const value = all()[key];
    return value === undefined ? undefined : {value, enumerable: true, configurable: true, writable: true};
  },
});
const tags = texts('tag', () => call('tags_get'), (key, value) => call('tag_set', key, value));
// Nothing that loadr writes has a place for them; a script that sets them reads them again.
const held = {};
const metadata = texts('metadata', () => held, (key, value) => {
  if (value === null) delete held[key]; else held[key] = value;
});
export const vu = live('vu',
  ['idInInstance', 'idInTest', 'iterationInInstance', 'iterationInScenario'],
  {metrics: Object.freeze({tags, metadata}), tags});

export default {scenario, instance, test, vu};
