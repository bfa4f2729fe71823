// Each kind of failure that can be had on loopback, by its error code.
import http from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE, special = __ENV.SPECIAL;
const tell = (name, value) => check(null, { [`${name} = ${JSON.stringify(value)}`]: () => true });
const code = (url, params) => { const res = http.get(url, params); return [res.status, res.error_code]; };

export const options = { vus: 1, iterations: 1, hosts: { 'hosted.test': '10.9.8.7' }, blacklistIPs: ['10.0.0.0/8', '127.9.0.0/16'], blockHostnames: ['blocked.test', '*.blocked.test']};

export default function () {
  tell('timeout', code(`${base}/delay/1500`, { timeout: '50ms' }));
  tell('timeout in the body', code(`${base}/drip?chunks=20&interval_ms=50`, { timeout: '150ms' }));
  tell('no such host', code('http://no-such-host.invalid/'));
  tell('a blacklisted address', code('http://10.1.2.3/'));
  tell('another blacklisted address', code('http://127.9.1.1/'));
  tell('a name that leads to a blacklisted address', code('http://hosted.test/'));
  tell('blocked hostnames', [code('http://blocked.test/'), code('http://www.blocked.test/'), code('http://WWW.Blocked.test/')]);
  tell('refused', code('http://127.0.0.1:1/'));
  tell('reset', code(`${base}/fault/reset`));
  tell('closed', code(`${base}/fault/close`));
  tell('truncated', code(`${base}/fault/truncated`));
  tell('malformed', code(`${base}/fault/malformed`));
  tell('undecodable', code(`${special}/undecodable`));
  tell('not trusted', code(__ENV.UNTRUSTED));
  tell('other name', code(__ENV.OTHER_NAME));
  tell('no TLS', code(base.replace('http:', 'https:')));
  tell('statuses', [400, 401, 404, 429, 499, 500, 503, 599].map((status) => code(`${base}/status/${status}`)));
  tell('after redirects', [code(`${base}/redirect-to?url=/status/404`), code(`${base}/redirect-to?url=http%3A%2F%2F127.0.0.1%3A1%2F`)]);
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
