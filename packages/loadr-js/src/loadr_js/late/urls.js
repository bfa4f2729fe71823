// URL and URLSearchParams (the URL standard).
(function (tools) {
'use strict';
const {call} = tools;

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
return {URL, URLSearchParams};
})
