import http from 'k6/http';
import { check } from 'k6';
import { setTimeout } from 'k6/timers';

const base = __ENV.BASE;
export const options = { vus: 2, iterations: 4 };

export default async function () {
  const answers = await Promise.all([http.asyncRequest('GET', `${base}/json`), http.asyncRequest('POST', `${base}/echo`, 'x')]);
  check(answers, { both: (rs) => rs[0].status === 200 && rs[1].status === 200 });
  const order = [];
  await new Promise((resolve) => { setTimeout(() => { order.push('timer'); resolve(); }, 5); order.push('now'); });
  check(order, { order: (o) => o.join() === 'now,timer' });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
