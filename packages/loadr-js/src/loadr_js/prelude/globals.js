// What scripts find without importing it: console, timers, URLs, text encodings, structuredClone.
(function () {
'use strict';
const {call, timer, forget} = __loadr;

// ---------------------------------------------------------------- console

function shown(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ? `${value.name}: ${value.message}\n${value.stack}` : String(value);
  if (typeof value === 'function' || typeof value === 'symbol' || value === undefined) return String(value);
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
  const content = call('open', String(name), mode === 'b');
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

// ---------------------------------------------------------------- structuredClone

globalThis.structuredClone = function structuredClone(value) {
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
};

// ---------------------------------------------------------------- URLs

class URLSearchParams {
  #pairs = [];
  #changed;
  constructor(init = '', changed = () => {}) {
    this.#changed = changed;
    if (typeof init === 'string') this.#read(init);
    else if (init !== null && typeof init === 'object') {
      const entries = typeof init[Symbol.iterator] === 'function' ? [...init] : Object.entries(init);
      for (const entry of entries) {
        const [key, value, ...rest] = entry;
        if (value === undefined || rest.length) throw new TypeError('URLSearchParams: each entry must be a pair');
        this.#pairs.push([String(key), String(value)]);
      }
    }
  }
  #read(text) {
    const decode = part => {
      const spaced = part.replace(/\+/g, ' ');
      try { return decodeURIComponent(spaced); } catch (_) { return spaced; }
    };
    this.#pairs = text.replace(/^\?/, '').split('&').filter(Boolean).map(pair => {
      const at = pair.indexOf('=');
      return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
  }
  _replace(text) { this.#read(text); }
  append(key, value) { this.#pairs.push([String(key), String(value)]); this.#changed(); }
  delete(key, value) {
    this.#pairs = this.#pairs.filter(([k, v]) => k !== String(key) || value !== undefined && v !== String(value));
    this.#changed();
  }
  get(key) { return this.#pairs.find(([k]) => k === String(key))?.[1] ?? null; }
  getAll(key) { return this.#pairs.filter(([k]) => k === String(key)).map(([, v]) => v); }
  has(key, value) { return this.#pairs.some(([k, v]) => k === String(key) && (value === undefined || v === String(value))); }
  set(key, value) {
    const at = this.#pairs.findIndex(([k]) => k === String(key));
    if (at < 0) this.#pairs.push([String(key), String(value)]);
    else {
      this.#pairs[at] = [String(key), String(value)];
      this.#pairs = this.#pairs.filter(([k], index) => index <= at || k !== String(key));
    }
    this.#changed();
  }
  sort() { this.#pairs.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0); this.#changed(); }
  forEach(callback, self) { for (const [key, value] of this.#pairs) callback.call(self, value, key, this); }
  * entries() { yield* this.#pairs.map(pair => [...pair]); }
  * keys() { for (const [key] of this.#pairs) yield key; }
  * values() { for (const [, value] of this.#pairs) yield value; }
  [Symbol.iterator]() { return this.entries(); }
  get size() { return this.#pairs.length; }
  toString() {
    const encode = text => encodeURIComponent(text)
      .replace(/%20/g, '+').replace(/[!'()~]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase());
    return this.#pairs.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
  }
}
globalThis.URLSearchParams = URLSearchParams;

// The host parses; the parts are those of the URL standard.
class URL {
  #parts;
  #params;
  constructor(url, base) {
    const parts = call('url_parse', String(url), base === undefined ? null : String(base));
    if (parts === null) throw new TypeError(`Invalid URL: ${url}`);
    this.#parts = parts;
    this.#params = new URLSearchParams(parts.search, () => {
      const text = this.#params.toString();
      this.#parts.search = text ? '?' + text : '';
    });
  }
  static canParse(url, base) { return call('url_parse', String(url), base === undefined ? null : String(base)) !== null; }
  get searchParams() { return this.#params; }
  get protocol() { return this.#parts.protocol; }
  get username() { return this.#parts.username; }
  get password() { return this.#parts.password; }
  get hostname() { return this.#parts.hostname; }
  get port() { return this.#parts.port; }
  get host() { return this.#parts.hostname + (this.#parts.port ? ':' + this.#parts.port : ''); }
  get origin() { return `${this.protocol}//${this.host}`; }
  get pathname() { return this.#parts.pathname; }
  get search() { return this.#parts.search; }
  get hash() { return this.#parts.hash; }
  get href() {
    const {protocol, username, password, pathname, search, hash} = this.#parts;
    const user = username || password ? username + (password ? ':' + password : '') + '@' : '';
    return `${protocol}//${user}${this.host}${pathname}${search}${hash}`;
  }
  set protocol(value) { this.#parts.protocol = String(value).replace(/:?$/, ':'); }
  set username(value) { this.#parts.username = encodeURIComponent(value); }
  set password(value) { this.#parts.password = encodeURIComponent(value); }
  set hostname(value) { this.#parts.hostname = String(value); }
  set port(value) { this.#parts.port = String(value); }
  set host(value) { [this.#parts.hostname, this.#parts.port = ''] = String(value).split(':'); }
  set pathname(value) { this.#parts.pathname = '/' + String(value).replace(/^\//, ''); }
  set search(value) {
    this.#parts.search = value ? '?' + String(value).replace(/^\?/, '') : '';
    this.#params._replace(this.#parts.search);
  }
  set hash(value) { this.#parts.hash = value ? '#' + String(value).replace(/^#/, '') : ''; }
  set href(value) {
    const parts = call('url_parse', String(value), null);
    if (parts === null) throw new TypeError(`Invalid URL: ${value}`);
    this.#parts = parts;
    this.#params._replace(parts.search);
  }
  toString() { return this.href; }
  toJSON() { return this.href; }
}
globalThis.URL = URL;
})();
