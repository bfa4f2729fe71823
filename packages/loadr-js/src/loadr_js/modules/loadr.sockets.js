// What k6/ws and k6/websockets share: parameters, texts and bytes on their way out, errors in Go's words.

// A text without joints, which the engine's wrapper does not know, and without lone surrogates, which UTF-8 does not.
export const flat = value => String(value ?? '').toWellFormed();

const {call, direct, failed} = __loadr;

// Sends a text: its bytes, less than 0 where the socket is closed. A NUL in it does not cross on the short way.
export function sendText(number, message) {
  const text = typeof message === 'string' ? message.toWellFormed() : flat(message);
  let sent = direct.socket_send(number, text, text.length);
  if (sent === false) failed();
  if (sent === -2) sent = call('socket_send_text', number, text);
  return sent;
}

export const isBytes = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value);

// A buffer with nothing but the bytes of a view.
export function bytesOf(value) {
  if (value instanceof ArrayBuffer) return value;
  return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
}

// An error as Go's are in scripts: its words are what error() gives.
export class Failure {
  #words;
  constructor(words) { this.#words = words; }
  error() { return this.#words; }
  toString() { return this.#words; }
}

const NAMES = {1000: 'normal', 1001: 'going away', 1002: 'protocol error', 1003: 'unsupported data', 1005: 'no status',
  1006: 'abnormal closure', 1007: 'invalid payload data', 1008: 'policy violation', 1009: 'message too big',
  1010: 'mandatory extension missing', 1011: 'internal server error', 1015: 'TLS handshake error'};

// How a socket has ended: the words of an error about it, its code, and whether it is no error at all.
export function wordsOf({code = 1006, reason = '', message}) {
  const name = code in NAMES ? ` (${NAMES[code]})` : '';
  const said = message ?? reason;
  return {code, words: `websocket: close ${code}${name}${said ? `: ${said}` : ''}`, isExpected: code === 1000 || code === 1001};
}

function texts(map) {
  return Object.fromEntries(Object.keys(map ?? {})
    .filter(key => map[key] !== undefined && map[key] !== null).map(key => [key, String(map[key])]));
}

// What crosses of parameters: headers, tags, and what few sockets say.
export function described({headers, tags, jar, compression}, protocols = []) {
  const rest = {protocols};
  if (jar !== undefined && jar !== null) rest.jar = jar._id;
  if (compression !== undefined && compression !== null) {
    const algorithm = String(compression).trim();
    if (algorithm !== '' && algorithm !== 'deflate')
      throw new Error(`unsupported compression algorithm '${algorithm}', supported algorithm is 'deflate'`);
    rest.compression = algorithm === 'deflate';
  }
  return [texts(headers), tags === undefined || tags === null ? null : texts(tags), rest];
}
