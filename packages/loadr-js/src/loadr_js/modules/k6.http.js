// k6/http: requests over the same client, connections, cookies, tags and metrics as the plan's own.
import {parseHTML} from 'k6/html';
import {select} from 'loadr/gjson';

const {ask, call, direct, failed, start} = __loadr;

// ---------------------------------------------------------------- bodies

export class FileData {
  constructor(data, filename, contentType) {
    this.data = data;
    this.filename = filename === undefined ? `${Date.now()}` : String(filename);
    this.content_type = contentType === undefined ? 'application/octet-stream' : String(contentType);
  }
}
export function file(data, filename, contentType) { return new FileData(data, filename, contentType); }

const isBytes = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value);
const bytesOf = value => value instanceof ArrayBuffer ? new Uint8Array(value)
  : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
const base64 = bytes => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

// What crosses: null, a text, or {base64}, {form: [[key, value]]}, {multipart: [...]}.
function bodyOf(body) {
  if (body === null || body === undefined) return null;
  if (typeof body === 'string') return body;
  if (isBytes(body)) return {base64: base64(bytesOf(body))};
  if (typeof body !== 'object') return String(body);
  const entries = Object.entries(body).flatMap(([key, value]) =>
    Array.isArray(value) ? value.map(item => [key, item]) : [[key, value]]);
  if (entries.some(([, value]) => value instanceof FileData)) {
    return {multipart: entries.map(([name, value]) => value instanceof FileData
      ? {name, filename: value.filename, content_type: value.content_type,
        ...(isBytes(value.data) ? {base64: base64(bytesOf(value.data))} : {text: String(value.data)})}
      : {name, text: String(value)})};
  }
  // In the order of their names, as k6 has them.
  entries.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return {form: entries.map(([key, value]) => [key, value === null || value === undefined ? '' : String(value)])};
}

// ---------------------------------------------------------------- statuses that are expected

class ExpectedStatuses { constructor(ranges) { this.ranges = ranges; } }
export function expectedStatuses(...statuses) {
  if (!statuses.length) throw new TypeError('expectedStatuses needs at least one status');
  return new ExpectedStatuses(statuses.map(status => {
    if (Number.isInteger(status)) return [status, status];
    if (Number.isInteger(status?.min) && Number.isInteger(status?.max)) return [status.min, status.max];
    throw new TypeError('expectedStatuses takes numbers and {min, max}');
  }));
}
const ordinary = new ExpectedStatuses([[200, 399]]);
let defaultCallback = ordinary;
export function setResponseCallback(callback) {
  if (callback !== null && !(callback instanceof ExpectedStatuses))
    throw new TypeError('setResponseCallback takes expectedStatuses(...) or null');
  defaultCallback = callback;
}

// ---------------------------------------------------------------- requests

class TemplateUrl { constructor(name, url) { this.name = name; this.url = url; } toString() { return this.url; } }
export function url(parts, ...values) {
  let name = parts[0], text = parts[0];
  values.forEach((value, index) => {
    name += '${}' + parts[index + 1];
    text += value + parts[index + 1];
  });
  return new TemplateUrl(name, text);
}

// Headers or tags as texts, or null; those that are all texts already are taken as they are.
function texts(map, what) {
  if (map === undefined || map === null) return null;
  if (typeof map !== 'object') throw new TypeError(`${what} must be an object`);
  const keys = Object.keys(map);
  if (!keys.length) return null;
  if (keys.every(key => typeof map[key] === 'string')) return map;
  return Object.fromEntries(keys
    .filter(key => map[key] !== undefined && map[key] !== null)
    .map(key => [key, Array.isArray(map[key]) ? map[key].join(', ') : String(map[key])]));
}

function milliseconds(timeout) {
  if (timeout === undefined || timeout === null) return undefined;
  if (typeof timeout === 'number') return timeout;
  return call('duration', String(timeout));
}

function cookiesOf(cookies) {
  if (cookies === undefined || cookies === null) return undefined;
  return Object.entries(cookies).map(([name, value]) =>
    value !== null && typeof value === 'object' ? [name, String(value.value), !!value.replace] : [name, String(value), false]);
}

const KNOWN = new Set(['headers', 'tags', 'timeout', 'cookies', 'redirects', 'auth', 'responseType', 'responseCallback', 'name', 'compression', 'jar', 'throw']);
const warned = new Set();

// What crosses of a request: method, URL, body, headers, tags, and null or an object of what few requests say.
function described(method, target, body, params) {
  const url = typeof target === 'string' ? target : target instanceof URL ? target.href : String(target);
  let headers = null, tags = null, rest = null;
  if (params !== undefined && params !== null) {
    headers = texts(params.headers, 'headers');
    tags = texts(params.tags, 'tags');
    rest = rarely(params);
    if (params.name !== undefined) tags = {...tags, name: String(params.name)};
  }
  if (target instanceof TemplateUrl && tags?.name === undefined) tags = {...tags, name: target.name};
  const callback = params?.responseCallback === undefined ? defaultCallback : params.responseCallback;
  if (callback !== null && !(callback instanceof ExpectedStatuses)) throw new TypeError('unsupported responseCallback');
  if (callback !== ordinary) (rest ??= {}).expected = callback === null ? null : callback.ranges;
  return [method, url, bodyOf(body), headers, tags, rest];
}

const CODINGS = ['deflate', 'gzip', 'zstd', 'br'];
const OFTEN = new Set(['headers', 'tags', 'name', 'responseCallback']);
function rarely(params) {
  const keys = Object.keys(params).filter(key => !OFTEN.has(key));
  if (!keys.length) return null;
  for (const key of keys) if (!KNOWN.has(key) && !warned.has(key)) {
    warned.add(key);
    call('log', 'warn', `http: the parameter ${JSON.stringify(key)} is not known and has no effect`);
  }
  const rest = {};
  const timeout = milliseconds(params.timeout);
  if (timeout !== undefined) rest.timeout_ms = timeout;
  if (params.redirects !== undefined) rest.redirects = +params.redirects;
  if (params.auth !== undefined) {
    rest.auth = String(params.auth);
    if (!['basic', 'digest'].includes(rest.auth)) throw new TypeError(`auth must be basic or digest here, not ${rest.auth}`);
  }
  if (params.compression !== undefined && String(params.compression).trim()) {
    rest.compression = String(params.compression);
    for (const coding of rest.compression.split(',')) if (!CODINGS.includes(coding.trim()))
      throw new TypeError(`unknown compression algorithm ${coding.trim()}, supported algorithms are ${CODINGS.join(', ')}`);
  }
  const cookies = cookiesOf(params.cookies);
  if (cookies !== undefined) rest.cookies = cookies;
  if (params.jar !== undefined && params.jar !== null) rest.jar = params.jar._id;
  if (params.throw !== undefined) rest.throws = !!params.throw;
  if (params.responseType !== undefined) {
    if (!['text', 'binary', 'none'].includes(params.responseType))
      throw new TypeError(`responseType must be text, binary or none, not ${params.responseType}`);
    rest.response_type = params.responseType;
  }
  return rest;
}

const whole = answer => new Response(answer, answer[0], answer[3]);

// Answers of one kind differ in their number and URL alone: the host then says the kind's number and their own, in one.
const kinds = [];
function received(answer, url) {
  if (typeof answer === 'number') {
    const kind = answer >> 20;
    kinds[kind] ??= call('kind', kind); // the call that was told of it may have been cut off
    return new Response(kinds[kind], answer & 0xfffff, url);
  }
  if (answer.length > 7) kinds[answer[7]] = answer;
  return whole(answer);
}

// What asks for something that cannot be is, as in k6, a response without a status, unless it is to throw.
const mistaken = (target, error) => whole(call('mistaken', String(target), error.message));

function send(method, target, body, params) {
  let sent;
  try { sent = described(method, target, body, params); } catch (error) { return mistaken(target, error); }
  return received(ask('http', sent), sent[1]);
}
export const request = (method, target, body, params) => send(String(method).toUpperCase(), target, body, params);

// The commonest request, a URL and nothing else: the host knows it by a number once it was made, and its answer
// is the number of a kind of answers, and its own. Ten times less than a crossing as JSON.
const numbers = new Map();
export function get(target, params) {
  if (params !== undefined || typeof target !== 'string' || defaultCallback !== ordinary)
    return send('GET', target, null, params);
  const known = numbers.get(target);
  if (known === undefined) {
    const answer = call('get', target);
    if (answer.length > 7) numbers.set(target, answer[7]);
    return whole(answer);
  }
  const said = direct.get(known);
  if (said === false) failed();
  return received(typeof said === 'number' ? said : JSON.parse(said), target);
}
export const head = (target, params) => send('HEAD', target, null, params);
export const post = (target, body, params) => send('POST', target, body, params);
export const put = (target, body, params) => send('PUT', target, body, params);
export const patch = (target, body, params) => send('PATCH', target, body, params);
export const del = (target, body, params) => send('DELETE', target, body, params);
export const options = (target, body, params) => send('OPTIONS', target, body, params);

export async function asyncRequest(method, target, body, params) {
  let sent;
  try { sent = described(String(method).toUpperCase(), target, body, params); } catch (error) { return mistaken(target, error); }
  return whole(await start('http_start', ...sent));
}

export function batch(requests) {
  const one = entry => {
    if (typeof entry === 'string' || entry instanceof TemplateUrl || entry instanceof URL) return described('GET', entry, null, null);
    if (Array.isArray(entry)) return described(String(entry[0]).toUpperCase(), entry[1], entry[2], entry[3]);
    if (entry !== null && typeof entry === 'object') {
      const method = String(entry.method ?? 'GET').toUpperCase();
      return described(method, entry.url, method === 'GET' || method === 'HEAD' ? null : entry.body, entry.params); // as k6
    }
    throw new TypeError('batch takes URLs, [method, url, body, params] or {method, url, body, params}');
  };
  const keys = Object.keys(requests);
  const sent = keys.map(key => one(requests[key]));
  const answers = call('batch', sent).map(whole);
  return Array.isArray(requests) ? answers : Object.fromEntries(keys.map((key, index) => [key, answers[index]]));
}

// ---------------------------------------------------------------- responses

export class Response {
  // [its number, type, status, url, proto, error, code]; answers of a kind share all but number and URL.
  #answer; #id; #url; #body; #json;
  constructor(answer, number, url) {
    this.#answer = answer;
    this.#id = number;
    this.#url = url;
  }
  get #type() { return this.#answer[1]; }
  get status() { return this.#answer[2]; }
  get url() { return this.#url; }
  get proto() { return this.#answer[4]; }
  get error() { return this.#answer[5]; }
  get error_code() { return this.#answer[6]; }
  get status_text() { return this._lazy('status_text', () => call('status_text', this.#id)); }
  get remote_ip() { return call('remote', this.#id)[0]; }
  get remote_port() { return call('remote', this.#id)[1]; }
  // The body stays with the host until it is read.
  get body() {
    if (this.#body === undefined) {
      if (this.#type === 'none') this.#body = null;
      else if (this.#type === 'binary') { call('body_bytes', this.#id); this.#body = globalThis.__loadr_buffer; }
      else {
        const text = direct.body(this.#id);
        if (text === false) failed();
        this.#body = text;
      }
    }
    return this.#body;
  }
  get headers() { return this._lazy('headers', () => call('response_headers', this.#id)); }
  get cookies() { return this._lazy('cookies', () => call('response_cookies', this.#id)); }
  get timings() { return this._lazy('timings', () => call('response_timings', this.#id)); }
  get request() { return this._lazy('request', () => call('response_request', this.#id)); }
  get tls_version() { return call('response_tls', this.#id).tls_version; }
  get tls_cipher_suite() { return call('response_tls', this.#id).tls_cipher_suite; }
  get ocsp() { return call('response_tls', this.#id).ocsp; }
  _number() { return this.#id; }
  _lazy(name, read) {
    const value = read();
    Object.defineProperty(this, name, {value, enumerable: true, writable: true, configurable: true});
    return value;
  }
  json(path) {
    if (this.#json === undefined) {
      const body = this.#type === 'binary' ? new TextDecoder().decode(this.body) : this.body;
      if (body === null || body === '') throw new Error('the response has no body that could be JSON');
      try { this.#json = {value: JSON.parse(body)}; }
      catch (error) {
        if (path !== undefined) return undefined; // as k6, which looks for the path alone
        throw new Error(`the body is not JSON: ${error.message}`);
      }
    }
    return path === undefined ? this.#json.value : select(this.#json.value, String(path));
  }
  html(selector) {
    const text = this.#type === 'binary' ? new TextDecoder().decode(this.body) : this.body;
    if (text === null) throw new Error('the response has no body that could be HTML');
    const document = parseHTML(text);
    document.url = this.url;
    return selector === undefined ? document : document.find(selector);
  }
  submitForm({formSelector = 'form', fields = {}, submitSelector = '[type="submit"]', params} = {}) {
    const form = this.html(formSelector).first();
    if (!form.size()) throw new Error(`no form found for selector '${formSelector}' in response '${this.url}'`);
    const method = (form.attr('method') ?? 'GET').toUpperCase();
    const action = new URL(form.attr('action') ?? this.url, this.url).href;
    const values = {};
    const submit = form.find(submitSelector).first();
    const name = submit.attr('name');
    if (name) values[name] = submit.val();
    Object.assign(values, form.serializeObject());
    Object.assign(values, fields);
    if (method !== 'GET') return request(method, action, values, params);
    const target = new URL(action);
    target.search = ''; // the fields are the query, as in browsers
    for (const key of Object.keys(values).sort()) for (const value of [values[key]].flat()) target.searchParams.append(key, value);
    return request('GET', target, null, params);
  }
  clickLink({selector = 'a[href]', params} = {}) {
    const href = this.html(selector).first().attr('href');
    if (href === undefined) throw new Error(`no element found for selector '${selector}' in response '${this.url}'`);
    return request('GET', new URL(href, this.url).href, null, params);
  }
}

// What a response has, as k6's own: `for … in` and JSON.stringify find it, though it is made when it is read.
const FIELDS = ['remote_ip', 'remote_port', 'url', 'status', 'status_text', 'proto', 'headers', 'cookies', 'body',
  'timings', 'tls_version', 'tls_cipher_suite', 'ocsp', 'error', 'error_code', 'request'];
for (const name of FIELDS) {
  const field = Object.getOwnPropertyDescriptor(Response.prototype, name);
  Object.defineProperty(Response.prototype, name, {...field, enumerable: true});
}
Object.defineProperty(Response.prototype, 'toJSON', {
  configurable: true, writable: true,
  value() { return Object.fromEntries(FIELDS.map(name => [name, this[name]])); },
});

// ---------------------------------------------------------------- cookies

export class CookieJar {
  constructor(id) { this._id = id ?? call('jar_new'); }
  cookiesForURL(target) { return call('jar_get', this._id, String(target)); }
  set(target, name, value, options = {}) {
    return call('jar_set', this._id, String(target), String(name), String(value), {
      domain: options.domain ?? null, path: options.path ?? null, expires: options.expires ?? null,
      max_age: options.max_age ?? null, secure: !!options.secure, http_only: !!options.http_only,
    });
  }
  clear(target) { call('jar_clear', this._id, String(target)); }
  delete(target, name) { call('jar_delete', this._id, String(target), String(name)); }
}
export function cookieJar() { return new CookieJar(0); }

// ---------------------------------------------------------------- constants

export const TLS_1_0 = 'tls1.0', TLS_1_1 = 'tls1.1', TLS_1_2 = 'tls1.2', TLS_1_3 = 'tls1.3';

export default {
  CookieJar, Response, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3, asyncRequest, batch, cookieJar, del,
  expectedStatuses, file, get, head, options, patch, post, put, request, setResponseCallback, url,
};
