// What is no URL is a response without a status, or an error where the request says so.
import http from 'k6/http';
import { check } from 'k6';

const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const code = (url, params) => { const res = http.get(url, params); return [res.status, res.error_code]; };

export default async function () {
  tell('wrong URLs', ['', 'nothing', 'http://', 'ftp://127.0.0.1/', '/relative'].map((url) => attempt(() => code(url))));
  tell('wrong URLs throw', ['', 'http://', '/relative'].map((url) => attempt(() => code(url, { throw: true }))));
  tell('in a batch', http.batch(['', `${__ENV.BASE}/json`]).map((res) => res.status));
  tell('async', (await http.asyncRequest('GET', '/relative')).status);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
