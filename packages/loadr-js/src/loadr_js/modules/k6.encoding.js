// k6/encoding: base64 in four flavours: std, rawstd, url, rawurl.
function bytesOf(data) {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError(`b64encode takes text or bytes, not ${data === null ? 'null' : typeof data}`);
}
const latin = bytes => { let text = ''; for (const byte of bytes) text += String.fromCharCode(byte); return text; };

export function b64encode(data, form) {
  const flavour = form ?? 'std';
  let text = btoa(latin(bytesOf(data)));
  if (flavour.endsWith('url')) text = text.replace(/\+/g, '-').replace(/\//g, '_');
  return flavour.startsWith('raw') ? text.replace(/=+$/, '') : text;
}
// Strict as k6: each flavour has its own letters, and padding or none.
export function b64decode(data, form, format) {
  const flavour = form ?? 'std';
  let text = String(data).replace(/[\r\n]/g, '');
  const isUrl = flavour.endsWith('url'), isRaw = flavour.startsWith('raw');
  if ((isUrl ? /[+/]/ : /[-_]/).test(text) || (isRaw ? text.includes('=') : text.length % 4 !== 0))
    throw new Error(`b64decode: this is not base64 of the variant ${flavour}`);
  if (isUrl) text = text.replace(/-/g, '+').replace(/_/g, '/');
  const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
  return format === 's' ? new TextDecoder().decode(bytes) : bytes.buffer;
}
export default {b64encode, b64decode};
