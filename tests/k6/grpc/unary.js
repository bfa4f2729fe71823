import grpc from 'k6/net/grpc';
import { check, group } from 'k6';

const client = new grpc.Client();
const loaded = client.load(null, 'shop.proto');

export const options = {
  vus: 2, iterations: 6, summaryTrendStats: ['count'],
  thresholds: {
    'grpc_req_duration{method:GetProduct}': ['max>=0'],
    'grpc_req_duration{service:shop.v1.Shop}': ['max>=0'],
    'grpc_req_duration{name:/shop.v1.Shop/GetProduct}': ['max>=0'],
    'grpc_req_duration{name:mine}': ['max>=0'],
    [`grpc_req_duration{url:${__ENV.ADDRESS}/shop.v1.Shop/GetProduct}`]: ['max>=0'],
    'grpc_req_duration{status:0}': ['max>=0'],
    'grpc_req_duration{status:5}': ['max>=0'],
    'grpc_req_duration{group:::lookups}': ['max>=0'],
    'grpc_req_duration{scenario:default}': ['max>=0'],
    'grpc_req_duration{kind:tagged}': ['max>=0'],
  },
};

export default function () {
  check(loaded, {
    'methods in the order of the file': (m) => m.map((x) => x.name).join() === 'GetProduct,ListProducts,FillCart,Quote',
    'what is told of a method': (m) => JSON.stringify(Object.entries(m[1]).sort())
      === '[["full_method","/shop.v1.Shop/ListProducts"],["is_client_stream",false],["is_server_stream",true],["name","ListProducts"],["package","shop.v1"],["service","Shop"]]',
  });
  check(client.connect(__ENV.ADDRESS, { plaintext: true, timeout: '5s' }), { connected: (x) => x === true });
  const response = client.invoke('shop.v1.Shop/GetProduct', { id: 3 });
  check(response, {
    'status is OK': (r) => r && r.status === grpc.StatusOK,
    'message in camel case, 64 bits as text': (r) => r.message.id === 3 && r.message.name !== '' && typeof r.message.priceCents === 'string',
    'no error': (r) => r.error === null,
    'fields of a response': (r) => Object.keys(r).sort().join() === 'error,headers,message,status,trailers',
    'headers are lists': (r) => r.headers['content-type'][0] === 'application/grpc',
    'no trailers': (r) => JSON.stringify(r.trailers) === '{}',
  });
  group('lookups', () => {
    check(client.invoke('/shop.v1.Shop/GetProduct', { id: 4 }, { metadata: { 'X-Shop': 'k6' }, tags: { kind: 'tagged', name: 'mine' }, timeout: '10s' }),
      { 'by its path, with parameters': (r) => r.status === grpc.StatusOK && r.message.id === 4 });
    check(client.invoke('shop.v1.Shop/GetProduct', { id: 99 }), {
      'not found': (r) => r.status === grpc.StatusNotFound,
      'the error': (r) => r.error.code === 5 && r.error.message === 'there is no product 99' && r.error.details.length === 0,
      'a message with nothing set': (r) => r.message.id === 0 && r.message.name === '' && r.message.priceCents === '0',
      'trailers of what has no headers': (r) => JSON.stringify(r.headers) === '{}' && r.trailers['content-type'][0] === 'application/grpc',
    });
  });
  check(client.invoke('shop.v1.Shop/GetProduct', { id: 5 }, { discardResponseMessage: true }), { discarded: (r) => r.status === grpc.StatusOK && r.message === null });
  check(client.invoke('shop.v1.Shop/FillCart', { product_id: 1, quantity: 2 }), { 'a client stream of one message': (r) => r.status === grpc.StatusOK && r.message.items === 2 });
  const late = client.invoke('shop.v1.Shop/GetProduct', { id: 6, delayMs: 30000 }, { timeout: 100 });
  check(late, { 'deadline exceeded': (r) => r.status === grpc.StatusDeadlineExceeded && r.error.message.toLowerCase().endsWith('deadline exceeded') });
  check(client.close(), { closed: (x) => x === undefined });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
