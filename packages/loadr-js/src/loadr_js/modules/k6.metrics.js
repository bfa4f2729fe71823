// k6/metrics: metrics of the script's own.
const {call, direct, failed} = __loadr;

class Metric {
  #number; // the host's, asked for once
  constructor(kind, name, isTime) {
    this.name = String(name);
    call('metric_declare', kind, this.name, !!isTime);
  }
  add(value, tags) {
    const number = value === null ? NaN : Number(value);
    if (Number.isNaN(number)) {
      call('log', 'warn', `${this.name}.add(${String(value)}) has no effect: a number or a boolean is needed`);
      return false;
    }
    if (tags === undefined || tags === null) {
      if (this.#number === undefined) this.#number = call('metric_number', this.name);
      if (direct.add(this.#number, number) === false) failed();
    } else call('metric_add', this.name, number, tags);
    return true;
  }
}
export class Counter extends Metric { constructor(name, isTime) { super('counter', name, isTime); } }
export class Gauge extends Metric { constructor(name, isTime) { super('gauge', name, isTime); } }
export class Rate extends Metric { constructor(name, isTime) { super('rate', name, isTime); } }
export class Trend extends Metric { constructor(name, isTime) { super('trend', name, isTime); } }

export default {Counter, Gauge, Rate, Trend};
