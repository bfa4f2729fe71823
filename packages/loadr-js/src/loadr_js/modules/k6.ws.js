// k6/ws: a socket with a loop of its own, in which connect() stays until it is closed.
import {Failure, described, sendText, wordsOf} from 'loadr/sockets';

const {call, direct, failed} = __loadr;
const GOING_AWAY = 1001;
const BINARY = 2, PING = 3, PONG = 4, CLOSED = 5, FAILED = 6, TIMER = 7;

class Socket {
  #number; #handlers = new Map(); #timers = []; #pings = 0;
  isDone = false;
  constructor(number) { this.#number = number; }

  on(event, handler) {
    if (typeof handler !== 'function') return;
    const handlers = this.#handlers.get(event);
    if (handlers === undefined) this.#handlers.set(event, [handler]);
    else handlers.push(handler);
  }
  send(message) {
    if (sendText(this.#number, message) < 0) this._emit('error', new Failure('websocket: close sent'));
  }
  sendBinary(message) {
    if (!(message instanceof ArrayBuffer))
      throw new Error(message === undefined || message === null ? `expected ArrayBuffer as argument, received: ${message}`
        : `expected ArrayBuffer as argument, received: ${message.constructor?.name}`);
    globalThis.__loadr_buffer = message;
    if (call('socket_send_bytes', this.#number) < 0) this._emit('error', new Failure('websocket: close sent'));
  }
  ping() {
    if (call('socket_ping', this.#number, String(this.#pings)) < 0) this._emit('error', new Failure('websocket: close sent'));
    else this.#pings++;
  }
  setTimeout(callback, ms) { this.#start('setTimeout', callback, ms, false); }
  setInterval(callback, ms) { this.#start('setInterval', callback, ms, true); }
  #start(what, callback, ms, repeats) {
    if (typeof callback !== 'function') throw new TypeError(`${what} needs a function`);
    if (!(+ms > 0)) throw new Error(`${what} requires a >0 timeout parameter, received ${(+ms || 0).toFixed(2)}`);
    this.#timers.push(callback);
    call('socket_timer', this.#number, this.#timers.length - 1, +ms, repeats);
  }
  close(code) { this._close(code === undefined ? GOING_AWAY : Math.trunc(+code) || 0); }

  // Once: says goodbye, tells the handlers, and ends the loop.
  _close(code) {
    if (this.isDone) return;
    this.isDone = true;
    call('socket_close', this.#number, code & 0xffff, '');
    this._emit('close', code);
  }
  _emit(event, value) {
    const handlers = this.#handlers.get(event);
    if (handlers === undefined) return;
    for (const handler of handlers) value === undefined ? handler() : handler(value);
  }
  _loop() {
    const number = this.#number, handlers = this.#handlers, next = direct.socket_next;
    while (!this.isDone) {
      const told = next(number);
      if (typeof told === 'string') {
        const heard = handlers.get('message');
        if (heard !== undefined) for (let i = 0; i < heard.length; i++) heard[i](told);
        continue;
      }
      switch (told) {
        case BINARY: this._emit('binaryMessage', globalThis.__loadr_buffer); break;
        case PING: this._emit('ping'); break;
        case PONG: this._emit('pong'); break;
        case TIMER: this.#timers[call('socket_detail', this.#number)](); break;
        case CLOSED: case FAILED: {
          const {words, code, isExpected} = wordsOf(call('socket_detail', this.#number));
          if (!isExpected) this._emit('error', new Failure(words));
          this._close(code);
          break;
        }
        default: this.isDone = true; failed(); // the call was cut off: no handler hears of it
      }
    }
  }
}
for (const name of ['_close', '_emit', '_loop']) Object.defineProperty(Socket.prototype, name, {enumerable: false});

class Answer {
  constructor({url, status, headers, body, error}) { Object.assign(this, {url, status, headers, body, error}); }
}

const KNOWN = new Set(['headers', 'tags', 'jar', 'compression']);
const warned = new Set();

export function connect(url, ...given) {
  if (given.length < 1 || given.length > 2) throw new Error('invalid number of arguments to ws.connect');
  const setup = given[given.length - 1], params = given.length === 2 ? given[0] : undefined;
  if (typeof setup !== 'function') throw new Error('last argument to ws.connect must be a function');
  for (const key of Object.keys(params ?? {})) if (!KNOWN.has(key) && !warned.has(key)) {
    warned.add(key);
    call('log', 'warn', `ws: the parameter ${JSON.stringify(key)} is not known and has no effect`);
  }
  const opened = call('socket_connect', String(url), ...described(params ?? {}));
  const answer = new Answer(opened);
  if (opened.number === undefined) return answer;
  const socket = new Socket(opened.number);
  try {
    setup(socket);
    socket._emit('open');
    socket._loop();
  } catch (error) {
    socket._close(GOING_AWAY);
    throw error;
  } finally {
    call('socket_leave', opened.number);
  }
  return answer;
}

export default {connect};
