// k6/net/grpc: calls over the same client as the plan's own; messages are JSON here and protobuf on the wire.
const {call, listen, start, unlisten} = __loadr;

// ---------------------------------------------------------------- constants

const CODES = ['OK', 'Canceled', 'Unknown', 'InvalidArgument', 'DeadlineExceeded', 'NotFound', 'AlreadyExists',
  'PermissionDenied', 'ResourceExhausted', 'FailedPrecondition', 'Aborted', 'OutOfRange', 'Unimplemented', 'Internal',
  'Unavailable', 'DataLoss', 'Unauthenticated'];
export const StatusOK = 0, StatusCanceled = 1, StatusUnknown = 2, StatusInvalidArgument = 3, StatusDeadlineExceeded = 4,
  StatusNotFound = 5, StatusAlreadyExists = 6, StatusPermissionDenied = 7, StatusResourceExhausted = 8,
  StatusFailedPrecondition = 9, StatusAborted = 10, StatusOutOfRange = 11, StatusUnimplemented = 12, StatusInternal = 13,
  StatusUnavailable = 14, StatusDataLoss = 15, StatusUnauthenticated = 16;
// HealthCheckServiceUnkown is spelled as in k6.
export const HealthCheckUnknown = 0, HealthCheckServing = 1, HealthCheckNotServing = 2, HealthCheckServiceUnkown = 3;

const rpcError = ({code, message}) => new Error(`rpc error: code = ${CODES[code] ?? `Code(${code})`} desc = ${message}`);

// ---------------------------------------------------------------- parameters

const isNullish = value => value === undefined || value === null;
// A value as an error shows it.
const shown = value => JSON.stringify(value) ?? String(value);
const plural = value => Array.isArray(value) ? value : [value];

function milliseconds(timeout) {
  if (typeof timeout !== 'number' && typeof timeout !== 'string')
    throw new Error(`invalid timeout value: unable to use type ${typeof timeout} as a duration value`);
  try { return call('duration', String(timeout)); }
  catch (error) { throw new Error(`invalid timeout value: ${error.message}`); }
}

function bytesOf(value) {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : undefined;
}

// Binary values cross, and travel, in Base64 without padding.
function metadataOf(metadata) {
  if (isNullish(metadata)) return [];
  if (typeof metadata !== 'object' || Array.isArray(metadata)) throw new Error('must be an object with key-value pairs');
  return Object.entries(metadata).map(([name, value]) => {
    if (name.endsWith('-bin')) {
      const bytes = bytesOf(value);
      if (bytes === undefined) throw new Error(`"${name}" value must be binary`);
      return [name.toLowerCase(), btoa(String.fromCharCode(...bytes)).replace(/=+$/, '')];
    }
    if (typeof value !== 'string') throw new Error(`"${name}" value must be a string`);
    return [name.toLowerCase(), value];
  });
}

function within(what, read) {
  try { return read(); } catch (error) { throw new Error(`${what}: ${error.message}`); }
}

// null where a call has no parameters.
function callParams(params) {
  if (isNullish(params)) return null;
  const found = {};
  for (const key of Object.keys(params)) {
    const value = params[key];
    if (key === 'metadata') found.metadata = within('invalid metadata param', () => metadataOf(value));
    else if (key === 'tags') {
      if (!isNullish(value) && typeof value === 'object')
        found.tags = Object.fromEntries(Object.entries(value).map(([name, tag]) => [name, String(tag)]));
    } else if (key === 'timeout') found.timeout = milliseconds(value);
    else if (key === 'discardResponseMessage') found.discards = !!value;
    else throw new Error(`unknown param: "${key}"`);
  }
  return found;
}

function sizeOf(key, value) {
  if (!Number.isInteger(value)) throw new Error(`invalid ${key} value: '${shown(value)}', it needs to be an integer`);
  if (value < 0) throw new Error(`invalid ${key} value: '${shown(value)}, it needs to be a positive integer`);
  return value;
}

function tlsOf(tls) {
  if (isNullish(tls) || typeof tls !== 'object')
    throw new Error(`invalid tls value: '${shown(tls)}', expected (optional) keys: cert, key, password, and cacerts`);
  for (const [key, what] of [['cert', 'a PEM formatted string'], ['key', 'a PEM formatted string'], ['password', 'a string']])
    if (key in tls && typeof tls[key] !== 'string')
      throw new Error(`invalid tls ${key} value: it needs to be ${what}`);
  const authorities = 'cacerts' in tls ? plural(tls.cacerts) : [];
  if (authorities.some(text => typeof text !== 'string'))
    throw new Error('invalid tls cacerts value: it needs to be a string or an array of PEM formatted strings');
  return {authorities, certificate: tls.cert ?? '', key: tls.key ?? '', password: tls.password ?? ''};
}

function connectParams(params) {
  const found = {plaintext: false, reflect: false, timeout: 60_000, metadata: []};
  for (const key of isNullish(params) ? [] : Object.keys(params)) {
    const value = params[key];
    if (key === 'plaintext' || key === 'reflect') {
      if (typeof value !== 'boolean') throw new Error(`invalid ${key} value: '${shown(value)}', it needs to be boolean`);
      found[key] = value;
    } else if (key === 'timeout') found.timeout = milliseconds(value);
    else if (key === 'reflectMetadata') found.metadata = within('invalid reflectMetadata param', () => metadataOf(value));
    else if (key === 'maxReceiveSize') found.longest_received = sizeOf(key, value);
    else if (key === 'maxSendSize') found.longest_sent = sizeOf(key, value);
    else if (key === 'authority') {
      if (typeof value !== 'string') throw new Error(`invalid authority value: '${shown(value)}', it needs to be a string`);
      found.authority = value;
    } else if (key === 'tls') found.tls = tlsOf(value);
    else throw new Error(`unknown connect param: "${key}"`);
  }
  return found;
}

// ---------------------------------------------------------------- calls

function pathOf(method) {
  const path = String(method ?? '');
  if (path === '') throw new Error('method to invoke cannot be empty');
  return path.startsWith('/') ? path : `/${path}`;
}

// Metadata that come again and again cross as a number; each response has a copy of its own.
const sections = [];
function metadataFrom(said) {
  if (typeof said !== 'number') return said;
  const known = sections[said] ??= Object.entries(call('grpc_metadata', said));
  const metadata = {};
  for (const [name, values] of known) metadata[name] = values.slice();
  return metadata;
}
function answered([status, message, headers, trailers, error]) {
  return {message, error, headers: metadataFrom(headers), trailers: metadataFrom(trailers), status};
}

let made = 0;

export class Client {
  #number = made++;
  load(importPaths, ...files) { return call('grpc_load', this.#number, isNullish(importPaths) ? [] : plural(importPaths), files); }
  loadProtoset(file) { return call('grpc_load_protoset', this.#number, String(file)); }
  connect(address, params) {
    const sent = within('invalid grpc.connect() parameters', () => connectParams(params));
    call('grpc_connect', this.#number, String(address), sent);
    return true;
  }
  #described(method, request, params) {
    const path = call('grpc_method', this.#number, pathOf(method));
    const sent = within("invalid GRPC's client.invoke() parameters", () => callParams(params));
    if (request === undefined) throw new Error('request cannot be nil');
    if (request === null) throw new TypeError('Cannot convert undefined or null to object');
    return [this.#number, path, request, sent];
  }
  invoke(method, request, params) {
    // Without parameters nothing is left to look at here: the host looks at the method.
    if (params === undefined && typeof request === 'object' && request !== null && typeof method === 'string')
      return answered(call('grpc_invoke', this.#number, method, request, null));
    return answered(call('grpc_invoke', ...this.#described(method, request, params)));
  }
  async asyncInvoke(method, request, params) {
    return answered(await start('grpc_invoke_start', ...this.#described(method, request, params)));
  }
  healthCheck(service) {
    const [status, message, , , error] = call('grpc_health', this.#number, isNullish(service) ? '' : String(service));
    if (status !== StatusOK) throw rpcError(error);
    return message;
  }
  close() { call('grpc_close', this.#number); }
  _number() { return this.#number; }
}

// ---------------------------------------------------------------- streams

const EVENTS = ['data', 'error', 'end', 'status'];

export class Stream {
  #number;
  #path;
  #isOpen = true;
  #isListened = true;
  #listeners = Object.fromEntries(EVENTS.map(event => [event, []]));
  constructor(client, method, params) {
    const known = within("invalid GRPC Stream's client", () => {
      if (isNullish(client)) throw new Error('empty gRPC client');
      if (!(client instanceof Client)) throw new Error('not a gRPC client');
      call('grpc_connected', client._number());
      return client._number();
    });
    this.#path = within("invalid GRPC Stream's method", () => call('grpc_method', known, pathOf(method)));
    const sent = within("invalid GRPC Stream's parameters", () => callParams(params));
    const opened = call('grpc_stream', known, this.#path, sent);
    if (typeof opened !== 'number') throw new Error(`failed to create a new stream: ${rpcError(opened).message}`);
    this.#number = opened;
    listen(opened, (isMessage, json) => this.#take(isMessage, json));
  }
  on(event, handler) {
    if (typeof handler !== 'function') throw new Error(`handler for "${event}" event isn't a callable function`);
    if (EVENTS.includes(event)) this.#listeners[event].push(handler);
    else call('log', 'warn', `can't register ${event} event handler: unknown GRPC stream's event type: ${event}`);
  }
  write(message) {
    if (!this.#isOpen) return;
    if (isNullish(message)) call('log', 'warn', `can't send empty message to ${this.#path}`);
    else call('grpc_write', this.#number, message);
  }
  end() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    call('grpc_end', this.#number);
  }
  // The host tells a message, or the end with what was wrong.
  #take(isMessage, json) {
    const value = JSON.parse(json);
    if (!isMessage) { this.#close(value); return; }
    try { this.#tell('data', value); }
    catch (error) {
      if (this.#isListened) call('grpc_cancel', this.#number);
      this.#close({code: StatusUnknown, details: [], message: String(error)});
      throw error; // which fails the call into the script
    }
  }
  #close(error) {
    this.#isOpen = this.#isListened = false;
    unlisten(this.#number);
    if (error !== null) {
      if (!this.#listeners.error.length)
        call('log', 'warn', `no handlers for error registered, but an error happened: ${rpcError(error).message}`);
      this.#tell('error', error);
    }
    this.#tell('end', {});
  }
  #tell(event, value) {
    const about = {ts: Math.floor(Date.now() / 1000)};
    for (const listener of this.#listeners[event]) listener(value, about);
  }
}

export default {
  Client, Stream,
  StatusOK, StatusCanceled, StatusUnknown, StatusInvalidArgument, StatusDeadlineExceeded, StatusNotFound,
  StatusAlreadyExists, StatusPermissionDenied, StatusResourceExhausted, StatusFailedPrecondition, StatusAborted,
  StatusOutOfRange, StatusUnimplemented, StatusInternal, StatusUnavailable, StatusDataLoss, StatusUnauthenticated,
  HealthCheckUnknown, HealthCheckServing, HealthCheckNotServing, HealthCheckServiceUnkown,
};
