// What scripts find without importing it: console, timers, text encodings, and what `late` has.
(function () {
'use strict';
const {call, timer, forget, late} = __loadr;

// ---------------------------------------------------------------- console

function shown(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ? `${value.name}: ${value.message}\n${value.stack}` : String(value);
  if (typeof value === 'function' || typeof value === 'symbol' || value === undefined) return String(value);
  if (typeof value === 'number') return String(value); // JSON has neither NaN nor Infinity
  if (typeof value === 'bigint') return `${value}n`;
  try { return JSON.stringify(value) ?? String(value); } catch (_) { return String(value); }
}
globalThis.console = Object.freeze(Object.fromEntries(
  ['log', 'debug', 'info', 'warn', 'error'].map(level => [level, (...values) => {
    call('log', level, values.map(shown).join(' '));
  }])));

// ---------------------------------------------------------------- files

// Only while a script loads: a running script has no `open` in k6 either.
globalThis.open = (name, mode) => {
  const content = call('open', String(name), mode === 'b', new Error().stack);
  return mode === 'b' ? new Uint8Array(content).buffer : content;
};

// ---------------------------------------------------------------- timers

const repeating = new Map();
let nextRepeating = -1;
globalThis.setTimeout = (callback, ms, ...args) => {
  if (typeof callback !== 'function') throw new TypeError('setTimeout needs a function');
  return timer(ms, () => callback(...args));
};
globalThis.clearTimeout = number => { if (number > 0) forget(number); else globalThis.clearInterval(number); };
globalThis.setInterval = (callback, ms, ...args) => {
  if (typeof callback !== 'function') throw new TypeError('setInterval needs a function');
  const id = nextRepeating--;
  const again = () => {
    repeating.set(id, timer(Math.max(+ms || 0, 1), () => {
      if (!repeating.has(id)) return;
      again();
      callback(...args);
    }));
  };
  again();
  return id;
};
globalThis.clearInterval = id => {
  if (!repeating.has(id)) return;
  forget(repeating.get(id));
  repeating.delete(id);
};
globalThis.global = globalThis; // k6's other name for it
globalThis.queueMicrotask ??= callback => { Promise.resolve().then(callback); };

// ---------------------------------------------------------------- text and bytes

const utf8 = {
  encode(text) {
    const bytes = [];
    for (const character of String(text)) {
      let code = character.codePointAt(0);
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd; // a lone surrogate has no encoding
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
      else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
      else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    }
    return new Uint8Array(bytes);
  },
};
globalThis.TextEncoder = class TextEncoder {
  get encoding() { return 'utf-8'; }
  encode(text = '') { return utf8.encode(text); }
};
globalThis.TextDecoder = class TextDecoder {
  constructor(label = 'utf-8', {fatal = false, ignoreBOM = false} = {}) {
    if (!['utf-8', 'utf8', 'unicode-1-1-utf-8'].includes(String(label).trim().toLowerCase()))
      throw new RangeError(`TextDecoder: only utf-8 is supported, not ${label}`);
    this.fatal = fatal;
    this.ignoreBOM = ignoreBOM;
  }
  get encoding() { return 'utf-8'; }
  decode(input = new Uint8Array(0)) {
    const bytes = input instanceof ArrayBuffer ? new Uint8Array(input)
      : new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    globalThis.__loadr_buffer = bytes.slice().buffer;
    const text = call('utf8_decode', this.fatal);
    return this.ignoreBOM || text.charCodeAt(0) !== 0xfeff ? text : text.slice(1);
  }
};
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
globalThis.btoa = data => {
  const text = String(data);
  let result = '';
  for (let i = 0; i < text.length; i += 3) {
    const codes = [0, 1, 2].map(k => i + k < text.length ? text.charCodeAt(i + k) : 0);
    if (codes.some(code => code > 255)) throw new Error('btoa: a character beyond Latin-1; encode the text first');
    const group = codes[0] << 16 | codes[1] << 8 | codes[2];
    result += ALPHABET[group >> 18] + ALPHABET[group >> 12 & 63]
      + (i + 1 < text.length ? ALPHABET[group >> 6 & 63] : '=') + (i + 2 < text.length ? ALPHABET[group & 63] : '=');
  }
  return result;
};
globalThis.atob = data => {
  const text = String(data).replace(/[\t\n\f\r ]/g, '').replace(/={1,2}$/, '');
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new Error('atob: this is not base64');
  let result = '', bits = 0, held = 0;
  for (const character of text) {
    held = held << 6 | ALPHABET.indexOf(character);
    bits += 6;
    if (bits >= 8) { bits -= 8; result += String.fromCharCode(held >> bits & 255); held &= (1 << bits) - 1; }
  }
  return result;
};

// ---------------------------------------------------------------- what few scripts use

late('clone', ['structuredClone']);
late('crypto', ['crypto', 'CryptoKey']);
late('urls', ['URL', 'URLSearchParams']);
})();
