// structuredClone (HTML standard, section 2.7), of what a script can hold.
(function () {
'use strict';
function structuredClone(value) {
  const seen = new Map();
  const copy = value => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new Error(`structuredClone: ${typeof value} cannot be cloned`);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = made => { seen.set(value, made); return made; };
    if (value instanceof Date) return keep(new Date(value.getTime()));
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (value instanceof ArrayBuffer) return keep(value.slice(0));
    if (ArrayBuffer.isView(value)) return keep(new value.constructor(copy(value.buffer), value.byteOffset, value.length));
    if (value instanceof Map) { const made = keep(new Map()); value.forEach((v, k) => made.set(copy(k), copy(v))); return made; }
    if (value instanceof Set) { const made = keep(new Set()); value.forEach(v => made.add(copy(v))); return made; }
    if (value instanceof Error) { const made = keep(new Error(value.message)); made.name = value.name; return made; }
    const made = keep(Array.isArray(value) ? new Array(value.length) : {});
    for (const key of Object.keys(value)) made[key] = copy(value[key]);
    return made;
  };
  return copy(value);
}
return {structuredClone};
})
