import { Client, StatusOK } from 'k6/net/grpc';
import { check } from 'k6';

const client = new Client();
export const options = { iterations: 2, summaryTrendStats: ['count'], thresholds: { 'grpc_req_duration{method:GetProduct}': ['max>=0'] } };

export default function () {
  if (__ITER === 0) client.connect(__ENV.ADDRESS, { plaintext: true, reflect: true, reflectMetadata: { 'x-for': 'reflection' } });
  const response = client.invoke('shop.v1.Shop/GetProduct', { id: 2 });
  check(response, { 'status is OK': (r) => r.status === StatusOK, message: (r) => r.message.id === 2 });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
