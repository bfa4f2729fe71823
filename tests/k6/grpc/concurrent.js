import grpc from 'k6/net/grpc';
import { check } from 'k6';

const client = new grpc.Client();
client.load([], 'shop.proto');
export const options = { vus: 3, iterations: 9, summaryTrendStats: ['count'] };

export default async function () {
  if (__ITER === 0) client.connect(__ENV.ADDRESS, { plaintext: true });
  const ids = [1, 2, 3, 4, 5];
  const answers = await Promise.all(ids.map((id) => client.asyncInvoke('shop.v1.Shop/GetProduct', { id, delay_ms: 6 - id })));
  check(answers, { 'each its own': (rs) => rs.map((r) => r.message.id).join() === ids.join() });
  let reason;
  await client.asyncInvoke('shop.v1.Shop/GetProduct', {}, { void: 1 }).catch((error) => { reason = String(error); });
  check(reason, { rejected: (r) => r.endsWith('invalid GRPC\'s client.invoke() parameters: unknown param: "void"') });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
