import http from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE;
export const options = { vus: 1, iterations: 2 };

export default function () {
  const jar = http.cookieJar();
  check(jar.cookiesForURL(base), { 'empty at first': (c) => Object.keys(c).length === 0 });
  jar.set(base, 'mine', 'abc');
  check(jar.cookiesForURL(`${base}/x`), { set: (c) => c.mine[0] === 'abc' });
  const echoed = http.get(`${base}/headers`, { cookies: { extra: '1' } });
  check(echoed, { sent: (r) => r.request.method === 'GET' });
  jar.delete(base, 'mine');
  check(jar.cookiesForURL(base), { deleted: (c) => c.mine === undefined });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
