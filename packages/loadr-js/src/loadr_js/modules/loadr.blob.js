// Blob: bytes that do not change, with a type.
import {bytesOf, isBytes} from 'loadr/sockets';

const whole = new WeakMap();

export class Blob {
  #type = '';
  constructor(parts = [], options) {
    if (parts === null || typeof parts !== 'object' || typeof parts[Symbol.iterator] !== 'function')
      throw new TypeError('failed to process [blobParts]: they must be an array');
    if (options !== undefined && (options === null || typeof options !== 'object')) throw new TypeError('[options] must be an object');
    if (options?.type !== undefined) this.#type = String(options.type);
    const pieces = [...parts].map(part => {
      if (typeof part === 'string') return new TextEncoder().encode(part);
      if (isBytes(part)) return new Uint8Array(bytesOf(part));
      if (part instanceof Blob) return whole.get(part);
      throw new TypeError(`failed to process [blobParts]: unsupported type: ${typeof part}`);
    });
    const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.byteLength, 0));
    let at = 0;
    for (const piece of pieces) { bytes.set(piece, at); at += piece.byteLength; }
    whole.set(this, bytes);
  }
  get size() { return whole.get(this).byteLength; }
  get type() { return this.#type; }
  async arrayBuffer() { return whole.get(this).slice().buffer; }
  async bytes() { return whole.get(this).slice(); }
  async text() { return new TextDecoder('utf-8', {ignoreBOM: true}).decode(whole.get(this)); }
  slice(start = 0, end = this.size, type = '') { return new Blob([whole.get(this).slice(start, end)], {type}); }
  toString() { return '[object Blob]'; }
}

// The bytes of a blob at once, for those who send it.
export const blobBytes = blob => whole.get(blob);
