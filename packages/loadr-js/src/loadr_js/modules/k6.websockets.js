// k6/websockets: W3C's WebSocket; an iteration lasts until its sockets are closed.
import {Blob, blobBytes} from 'loadr/blob';
import {bytesOf, described, flat, isBytes, sendText, wordsOf} from 'loadr/sockets';

const {call, listen, turn, unlisten} = __loadr;
const CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3;
const OPENED = 0, TEXT = 1, BINARY = 2, PING = 3, PONG = 4, ENDED = 5, FAILED = 6;
const EVENTS = ['open', 'message', 'error', 'close', 'ping', 'pong'];
const PARAMS = new Set(['headers', 'tags', 'jar', 'compression']);

class SocketEvent {
  constructor(type, target, more) {
    this.type = type;
    this.target = target;
    this.timestamp = Date.now();
    if (more !== undefined) Object.assign(this, more);
  }
}
// The commonest event, made in one go.
class MessageEvent {
  constructor(target, data, origin) {
    this.type = 'message';
    this.target = target;
    this.timestamp = Date.now();
    this.data = data;
    this.origin = origin;
  }
}

function checkedUrl(value) {
  if (value === undefined || value === null) throw new Error('WebSocket requires a url');
  const url = String(value), scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url)?.[1].toLowerCase() ?? '';
  if (scheme !== 'ws' && scheme !== 'wss') throw new Error(`WebSocket requires url with scheme ws or wss, but got "${scheme}"`);
  const fragment = url.split('#')[1];
  if (fragment) throw new Error(`WebSocket requires no url fragment, but got "${fragment}"`);
  return url;
}

export class WebSocket {
  static CONNECTING = CONNECTING;
  static OPEN = OPEN;
  static CLOSING = CLOSING;
  static CLOSED = CLOSED;
  #number; #url; #state = CONNECTING; #protocol = ''; #extensions = []; #binaryType = 'blob';
  #pings = 0; #unsent = 0; #turn = -1; #code; #reason = '';
  #on = {}; // by event, the handler of onEVENT
  #listeners = {}; // by event, those that were added
  #message = []; // handlers of messages, in their order

  constructor(url, protocols, params) {
    this.#url = checkedUrl(url);
    for (const key of Object.keys(params ?? {})) if (!PARAMS.has(key)) throw new Error(`unknown WebSocket's option ${key}`);
    const offered = typeof protocols === 'string' ? [protocols] : Array.isArray(protocols) ? protocols.map(String) : [];
    this.#number = call('socket_open', this.#url, ...described(params ?? {}, offered));
    listen(this.#number, (kind, text) => this.#take(kind, text));
  }

  get url() { return this.#url; }
  get readyState() { return this.#state; }
  get protocol() { return this.#protocol; }
  get extensions() { return this.#extensions; }
  // What was sent in this turn, as W3C has it, or what the server has not taken of what was sent before.
  get bufferedAmount() {
    const now = this.#turn === turn() ? this.#unsent : 0;
    return this.#state === CLOSED ? now : Math.max(now, call('socket_unsent', this.#number));
  }
  get binaryType() { return this.#binaryType; }
  set binaryType(type) {
    if (type !== 'blob' && type !== 'arraybuffer')
      throw new Error(`unknown binaryType ${type}, the supported ones are "blob" and "arraybuffer"`);
    this.#binaryType = type;
  }

  addEventListener(event, handler) {
    if (typeof handler !== 'function') throw new Error(`handler for event type "${event}" isn't a callable function`);
    if (!EVENTS.includes(event)) { call('log', 'warn', `can't add event handler: unknown event type: ${event}`); return; }
    (this.#listeners[event] ??= []).push(handler);
    this.#arrange(event);
  }
  _handler(event) { return this.#on[event] ?? null; }
  _handle(event, handler) {
    if (handler === undefined || handler === null) delete this.#on[event];
    else if (typeof handler !== 'function') throw new Error(`a value for 'on${event}' should be callable`);
    else this.#on[event] = handler;
    this.#arrange(event);
  }
  #arrange(event) { if (event === 'message') this.#message = this.#handlers(event); }
  #handlers(event) {
    const first = this.#on[event], others = this.#listeners[event] ?? [];
    return first === undefined ? [...others] : [first, ...others];
  }

  send(data) {
    if (this.#state !== OPEN) throw new Error('InvalidStateError');
    let sent;
    if (typeof data === 'string') sent = sendText(this.#number, data);
    else {
      if (isBytes(data)) globalThis.__loadr_buffer = bytesOf(data);
      else if (data instanceof Blob) globalThis.__loadr_buffer = bytesOf(blobBytes(data));
      else throw new Error(`unsupported send type ${data === null ? 'null' : typeof data}`);
      sent = call('socket_send_bytes', this.#number);
    }
    if (sent < 0) return; // it has ended, and the event that says so is on its way
    const now = turn();
    if (this.#turn !== now) { this.#turn = now; this.#unsent = 0; }
    this.#unsent += sent;
  }
  ping() {
    if (this.#state !== OPEN) throw new Error('InvalidStateError');
    call('socket_ping', this.#number, String(this.#pings++));
  }
  close(code, reason) {
    if (this.#state >= CLOSING) return;
    const number = code === undefined || code === null ? 0 : Math.trunc(+code) || 0;
    if (number !== 0 && number !== 1000 && !(number >= 3000 && number <= 4999))
      throw new Error(`InvalidAccessError: Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999. ${number} is neither`);
    const words = reason === undefined || reason === null ? '' : flat(reason);
    if (new TextEncoder().encode(words).length > 123)
      throw new Error("SyntaxError: Failed to execute 'close' on 'WebSocket': The message must not be greater than 123 bytes");
    const wasOpen = this.#state === OPEN;
    this.#state = CLOSING;
    this.#code = number || 1000;
    if (wasOpen) call('socket_close', this.#number, this.#code, words);
  }

  #take(kind, text) {
    if (kind === TEXT) { if (this.#state === OPEN) this.#deliver(text); return; }
    switch (kind) {
      case OPENED: this.#opened(call('socket_detail', this.#number)); break;
      case BINARY: {
        if (this.#state !== OPEN) break;
        const buffer = globalThis.__loadr_buffer;
        this.#deliver(this.#binaryType === 'blob' ? new Blob([buffer]) : buffer);
        break;
      }
      case PING: this.#emit('ping'); break;
      case PONG: this.#emit('pong'); break;
      case ENDED: {
        const detail = call('socket_detail', this.#number);
        const {words, code, isExpected} = wordsOf(detail);
        this.#code = code;
        this.#reason = detail.reason;
        this.#end(isExpected ? undefined : words);
        break;
      }
      case FAILED: {
        const {message} = call('socket_detail', this.#number);
        if (this.#state === CONNECTING) { this.#end(message); break; }
        const {words, code} = wordsOf({message});
        this.#code = code;
        this.#end(words);
        break;
      }
    }
  }
  #opened({protocol, extensions}) {
    this.#protocol = protocol;
    this.#extensions = extensions;
    if (this.#state !== CONNECTING) { // closed before it was open
      call('socket_close', this.#number, this.#code, '');
      return;
    }
    this.#state = OPEN;
    this.#guarded(this.#handlers('open'), new SocketEvent('open', this));
  }
  #deliver(data) {
    const event = new MessageEvent(this, data, this.#url), handlers = this.#message;
    if (handlers.length === 1) {
      try { handlers[0](event); } catch (error) { this.#broken(error); }
    } else this.#guarded(handlers, event);
  }
  #guarded(handlers, event) {
    try { for (const handler of handlers) handler(event); } catch (error) { this.#broken(error); }
  }
  // A handler has thrown: the socket is closed, its handlers hear why, and the iteration ends with the error.
  #broken(error) {
    this.#end(String(error));
    throw error;
  }
  // Closed, for an error or without one.
  #end(words) {
    if (this.#state === CLOSED) return;
    this.#state = CLOSED;
    unlisten(this.#number);
    call('socket_leave', this.#number);
    if (words !== undefined) this.#emit('error', {error: words});
    this.#emit('close', {code: this.#code, reason: this.#reason});
  }
  #emit(type, more) {
    const event = new SocketEvent(type, this, more);
    for (const handler of this.#handlers(type)) handler(event);
  }
}

for (const event of EVENTS) Object.defineProperty(WebSocket.prototype, `on${event}`, {
  enumerable: true,
  get() { return this._handler(event); },
  set(handler) { this._handle(event, handler); },
});
for (const name of ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'])
  Object.defineProperty(WebSocket.prototype, name, {value: WebSocket[name], enumerable: true});

globalThis.Blob ??= Blob;

export {Blob};
export default {WebSocket, Blob};
