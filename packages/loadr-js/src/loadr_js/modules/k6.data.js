// k6/data: SharedArray, held once per process; elements are made when they are read, and cannot be changed.
const {call} = __loadr;

const freeze = value => {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
};

export class SharedArray {
  constructor(name, make) {
    if (typeof name !== 'string' || !name) throw new TypeError('SharedArray needs a name');
    if (typeof make !== 'function') throw new TypeError('SharedArray needs a function that makes the array');
    let length = call('shared_length', name);
    if (length === null) {
      const made = make();
      if (!Array.isArray(made)) throw new TypeError('the function of a SharedArray must return an array');
      length = call('shared_put', name, made.map(element => JSON.stringify(element) ?? 'null'));
    }
    const at = index => freeze(JSON.parse(call('shared_at', name, index)));
    const refuse = () => { throw new TypeError('a SharedArray cannot be changed'); };
    return new Proxy(new Array(0), {
      get(target, key, self) {
        if (key === 'length') return length;
        if (typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key)) return +key < length ? at(+key) : undefined;
        return Reflect.get(target, key, self);
      },
      has: (target, key) => typeof key === 'string' && /^\d+$/.test(key) ? +key < length : key in target,
      ownKeys: () => [...Array.from({length}, (_, index) => String(index)), 'length'],
      getOwnPropertyDescriptor(target, key) {
        if (key === 'length') return Reflect.getOwnPropertyDescriptor(target, key);
        if (typeof key === 'string' && /^\d+$/.test(key) && +key < length)
          return {value: at(+key), enumerable: true, configurable: true, writable: false};
        return undefined;
      },
      set: refuse, deleteProperty: refuse, defineProperty: refuse,
    });
  }
}
export default {SharedArray};
