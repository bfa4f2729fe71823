// Cookie jars: the VU's own, one of the script's, and what servers set.
import http, { CookieJar, cookieJar } from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE, special = __ENV.SPECIAL;
const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const sorted = (cookies) => Object.keys(cookies).sort().map((name) => [name, cookies[name]]);
const echoed = (url, params) => (http.get(url, params).json('headers.Cookie') || '').split('; ').sort();

export const options = { vus: 1, iterations: 2 };

export default function () {
  const jar = http.cookieJar();
  tell(`jar of iteration ${__ITER}`, sorted(jar.cookiesForURL(`${base}/`)));
  // set
  tell('set', [jar.set(base, 'plain', 'value'), jar.set(`${base}/echo`, 'path', 'p', { path: '/echo' }), jar.set(base, 'long', 'l', { max_age: 600 })]);
  jar.set(base, 'http', 'h', { http_only: true });
  jar.set(base, 'gone', 'g', { max_age: -1 });
  jar.set(base, 'past', 'g', { expires: 'Mon, 02 Jan 2006 15:04:05 MST' });
  jar.set(base, 'future', 'f', { expires: 'Sun, 24 Jul 2033 08:00:00 GMT' });
  jar.set(base, 'domain', 'd', { domain: '127.0.0.1' });
  jar.set(base, 'alien', 'a', { domain: 'other.test' });
  jar.set(base, 'number', 5);
  tell('cookiesForURL', [sorted(jar.cookiesForURL(base)), sorted(jar.cookiesForURL(`${base}/echo`)), sorted(jar.cookiesForURL('http://other.test/'))]);
  tell('sent', [echoed(`${base}/echo`), echoed(`${base}/echo/below`)]);
  jar.set('http://named.test/', 'sub', 's', { domain: 'named.test' });
  jar.set('http://named.test/', 'host', 'h');
  jar.set('http://named.test/', 'secure', 's', { secure: true });
  tell('domains', [sorted(jar.cookiesForURL('http://named.test/')), sorted(jar.cookiesForURL('http://www.named.test/')), sorted(jar.cookiesForURL('https://named.test/'))]);
  // delete and clear
  jar.delete(base, 'plain');
  tell('deleted', sorted(jar.cookiesForURL(base)));
  jar.clear(base);
  tell('cleared', [sorted(jar.cookiesForURL(base)), sorted(jar.cookiesForURL('http://named.test/'))]);
  // set by a server
  const answered = http.get(`${base}/cookies/set?one=1&two=2`);
  tell('set by a server', [Object.entries(answered.json('cookies')).sort(), sorted(jar.cookiesForURL(base)), Object.keys(answered.cookies)]);
  tell('of a response', http.get(`${base}/cookies/set?three=3`, { redirects: 0 }).cookies.three[0].value);
  // jars of one's own
  const own = new http.CookieJar(), another = new CookieJar();
  own.set(base, 'own', 'o');
  tell('own', [sorted(own.cookiesForURL(base)), sorted(another.cookiesForURL(base)), echoed(`${base}/echo`, { jar: own }), echoed(`${base}/echo`, { jar: another })]);
  http.get(`${base}/cookies/set?mine=m`, { jar: own });
  tell('set into it', [sorted(own.cookiesForURL(base)), sorted(cookieJar().cookiesForURL(base))]);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
