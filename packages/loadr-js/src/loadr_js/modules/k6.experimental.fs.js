// k6/experimental/fs: files that are read in pieces; their bytes stay with the host, once per process.
const {call} = __loadr;

export const SeekMode = Object.freeze({Start: 0, Current: 1, End: 2});
const named = (name, message) => Object.assign(new Error(message), {name});

class File {
  #offset = 0;
  #size;
  #name;
  constructor({path, name, size}) { this.path = path; this.#name = name; this.#size = size; }
  async stat() { return {name: this.#name, size: this.#size}; }
  async read(into) {
    if (!(into instanceof Uint8Array)) throw new TypeError('read() failed; reason: into argument must be a Uint8Array');
    if (this.#offset >= this.#size) return null;
    const bytes = call('file_read', this.path, this.#offset, into.length);
    into.set(bytes);
    this.#offset += bytes.length;
    return bytes.length;
  }
  async seek(offset, whence) {
    if (!Number.isInteger(offset)) throw new TypeError('seek() failed; reason: the offset argument must be a number');
    // As in k6, the end is the last byte.
    const from = [0, this.#offset, this.#size - 1][whence];
    if (from === undefined) throw new TypeError('seek() failed; reason: the whence argument must be a SeekMode');
    if (whence === SeekMode.Start && offset < 0) throw new TypeError('offset cannot be negative when using SeekModeStart');
    if (whence === SeekMode.End && offset > 0) throw new TypeError('offset cannot be positive when using SeekModeEnd');
    const target = from + offset;
    if (target < 0) throw new TypeError('seeking before start of file');
    if (target > this.#size) throw new TypeError('seeking beyond end of file');
    return this.#offset = target;
  }
}

export async function open(path) {
  if (typeof path !== 'string' || !path) throw new TypeError('open() failed; reason: path must be a text that is not empty');
  const said = call('file_open', path, new Error().stack);
  if (said === null) throw named('ForbiddenError', 'open() failed; reason: opening a file is allowed only in the Init context');
  return new File(said);
}
export default {SeekMode, open};
