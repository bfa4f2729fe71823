// One option, told by the environment, under a function that shows what it does.
import http from 'k6/http';
import { check, sleep } from 'k6';

const base = __ENV.BASE, special = __ENV.SPECIAL;
const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const attempt = (f) => { try { return f(); } catch (error) { return 'throws'; } };
const outcome = (url, params) => { const res = http.get(url, params); return [res.status, res.error_code]; };

export const options = JSON.parse(__ENV.OPTIONS);
const bodies = {
  pause() { sleep(0.05); },
  agents() { tell('agents', [http.get(`${base}/user-agent`).json('user-agent'), http.get(`${base}/user-agent`, { headers: { 'User-Agent': 'own' } }).json('user-agent')]); },
  hosts() { tell('hosts', ['http://plain.test', 'http://port.test:81'].map((url) => { const res = http.get(`${url}/headers`); return [res.status, res.status ? res.json('headers.Host') : res.error_code]; })); },
  insecure() { tell('insecure', [outcome(__ENV.UNTRUSTED), outcome(__ENV.OTHER_NAME)]); },
  secure() { const res = http.get(__ENV.SECURE); tell('secure', [res.status, res.error_code, res.tls_version]); },
  batch() {
    const other = special.replace('127.0.0.1', 'localhost');
    http.get(`${special}/most`);
    http.batch([...Array(8).fill(`${special}/hold`), ...Array(8).fill(`${other}/hold`)]);
    tell('most at once', http.get(`${special}/most`).body);
  },
  bodies() { tell('bodies', [http.get(`${base}/json`).body, http.get(`${base}/json`, { responseType: 'text' }).body.length, http.get(`${base}/json`, { responseType: 'binary' }).body.byteLength, http.post(`${base}/echo`, 'x').body]); },
  cookies() { tell('cookies', Object.keys(http.cookieJar().cookiesForURL(base))); http.get(`${base}/cookies/set?kept=1`); },
  redirects() { tell('redirects', [0, 1, 2, 3].map((n) => { const res = http.get(n ? `${base}/redirect/${n}` : `${base}/json`); return [res.status, res.url.replace(base, '')]; })); },
  throws() { tell('throws', [attempt(() => outcome('http://127.0.0.1:1/')), attempt(() => outcome('http://127.0.0.1:1/', { throw: false })), attempt(() => outcome(`${base}/status/500`)), attempt(() => http.batch(['http://127.0.0.1:1/']).length)]); },
  names() { tell('names', outcome(base.replace('127.0.0.1', 'localhost') + '/json')); },
  blocked() { tell('blocked', [outcome(base.replace('127.0.0.1', 'localhost')), outcome(base), attempt(() => outcome(base, { throw: true }))]); },
};
export default bodies[__ENV.BODY];
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
