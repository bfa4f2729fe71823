// k6/encoding: base64 in four flavours: std, rawstd, url, rawurl.
const bytesOf = data => typeof data === 'string' ? new TextEncoder().encode(data)
  : data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const latin = bytes => { let text = ''; for (const byte of bytes) text += String.fromCharCode(byte); return text; };

export function b64encode(data, form) {
  const flavour = form ?? 'std';
  let text = btoa(latin(bytesOf(data)));
  if (flavour.endsWith('url')) text = text.replace(/\+/g, '-').replace(/\//g, '_');
  return flavour.startsWith('raw') ? text.replace(/=+$/, '') : text;
}
export function b64decode(data, form, format) {
  const flavour = form ?? 'std';
  let text = String(data);
  if (flavour.endsWith('url')) text = text.replace(/-/g, '+').replace(/_/g, '/');
  const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
  return format === 's' ? new TextDecoder().decode(bytes) : bytes.buffer;
}
export default {b64encode, b64decode};
