import http from 'k6/http';
import { check } from 'k6';

const base = __ENV.BASE;
export const options = { vus: 1, iterations: 2 };

export default function () {
  const followed = http.get(`${base}/redirect/2`);
  check(followed, { followed: (r) => r.status === 200 });
  const stopped = http.get(`${base}/redirect/3`, { redirects: 1 });
  check(stopped, { stopped: (r) => r.status >= 300 && r.status < 400 });
  const unfollowed = http.get(`${base}/redirect/1`, { redirects: 0 });
  check(unfollowed, { unfollowed: (r) => r.status >= 300 && r.status < 400 && r.headers.Location !== undefined });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
