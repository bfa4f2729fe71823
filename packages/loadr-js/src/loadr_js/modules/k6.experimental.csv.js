// k6/experimental/csv: a file's rows, parsed by the host once per process.
import {SharedArray} from 'k6/data';

const {call} = __loadr;

const table = (file, options) => {
  if (typeof file?.path !== 'string') throw new TypeError('csv: the first argument must be a file of k6/experimental/fs');
  const name = call('csv_table', file.path, options ?? {});
  return new SharedArray(name, () => []);
};

export async function parse(file, options) { return table(file, options); }

export class Parser {
  #rows;
  #next = 0;
  constructor(file, options) { this.#rows = table(file, options); }
  async next() {
    return this.#next < this.#rows.length ? {done: false, value: this.#rows[this.#next++]} : {done: true, value: []};
  }
}
export default {Parser, parse};
