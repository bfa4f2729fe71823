import { Client, Stream, StatusDeadlineExceeded, StatusNotFound, StatusUnknown } from 'k6/net/grpc';
import { check, sleep } from 'k6';

const client = new Client();
client.load([], 'shop.proto');

export const options = {
  vus: 2, iterations: 4, summaryTrendStats: ['count'],
  thresholds: {
    'grpc_streams{method:ListProducts}': ['count>=0'],
    'grpc_streams{kind:tagged}': ['count>=0'],
    'grpc_streams_msgs_received{method:ListProducts}': ['count>=0'],
    'grpc_streams_msgs_sent{method:FillCart}': ['count>=0'],
    'grpc_streams_msgs_sent{service:shop.v1.Shop}': ['count>=0'],
    'grpc_streams_msgs_sent{name:/shop.v1.Shop/Quote}': ['count>=0'],
    'grpc_req_duration{method:FillCart}': ['max>=0'],
    'grpc_req_duration{status:5}': ['max>=0'],
    'grpc_req_duration{status:1}': ['max>=0'],
  },
};

// The server or the client is the first to say so, in words of its own.
const isDeadline = (message) => message.toLowerCase().endsWith('deadline exceeded');

// What a stream's listeners are told, in order.
function talk(method, params, drive) {
  const seen = [];
  const stream = new Stream(client, method, params);
  const over = new Promise((resolve) => {
    stream.on('data', (message, about) => seen.push(['data', message, typeof about.ts]));
    stream.on('error', (error) => seen.push(['error', error.message, error.details.length, error.code]));
    stream.on('end', (value) => { seen.push(['end', JSON.stringify(value)]); resolve(seen); });
  });
  drive(stream);
  return over;
}

export default async function () {
  client.connect(__ENV.ADDRESS, { plaintext: true });

  const list = await talk('shop.v1.Shop/ListProducts', { tags: { kind: 'tagged' } }, (s) => s.write({ count: 3, intervalMs: 1 }));
  check(list, {
    'server stream, not ended by the client': (x) => x.map((e) => e[0]).join() === 'data,data,data,end',
    'its messages': (x) => x[2][1].id === 3 && typeof x[2][1].priceCents === 'string',
    'events have a time': (x) => x[0][2] === 'number',
    'the end has an empty value': (x) => x[3][1] === '{}',
  });

  const cart = await talk('/shop.v1.Shop/FillCart', null, (s) => {
    for (let i = 1; i <= 4; i++) { s.write({ product_id: i, quantity: 1 }); sleep(0.01); }
    s.end();
    s.end();
    s.write({ product_id: 1, quantity: 1 });
  });
  check(cart, { 'client stream': (x) => x.length === 2 && x[0][1].items === 4 && x[1][0] === 'end' });

  const quotes = await talk('shop.v1.Shop/Quote', {}, (s) => {
    s.write({ productId: 1, quantity: 2 });
    s.write(null);
    s.write({ productId: 2, quantity: 1 });
    s.end();
  });
  check(quotes, {
    'both directions': (x) => x.map((e) => e[0]).join() === 'data,data,end',
    'a message in a message': (x) => x[0][1].item.productId === 1 && x[0][1].item.quantity === 2,
  });

  const missing = await talk('shop.v1.Shop/Quote', {}, (s) => { s.write({ productId: 1, quantity: 1 }); s.write({ productId: 99 }); s.end(); });
  check(missing, {
    'an error behind a message': (x) => x.map((e) => e[0]).join() === 'data,error,end',
    'what it says': (x) => x[1].slice(0, 3).join() === 'error,there is no product 99,0' && x[1][3] === StatusNotFound,
  });

  const discarded = await talk('shop.v1.Shop/ListProducts', { discardResponseMessage: true }, (s) => { s.write({ count: 2 }); s.end(); });
  check(discarded, { discarded: (x) => x.length === 3 && JSON.stringify(x[0][1]) === '{}' });

  const unfit = await talk('shop.v1.Shop/Quote', { timeout: '200ms' }, (s) => s.write({ product: 1 }));
  check(unfit, { 'a message that does not fit': (x) => x[0][0] === 'error' && x[0][3] === StatusUnknown && x[0][1].startsWith("can't serialise request object to protocol buffer: ") && x[1][0] === 'end' });

  const late = await talk('shop.v1.Shop/ListProducts', { timeout: 1000 }, (s) => s.write({ count: 2, intervalMs: 30000 }));
  check(late, { 'a deadline': (x) => x.map((e) => e[0]).join() === 'data,error,end' && isDeadline(x[1][1]) && x[1][3] === StatusDeadlineExceeded });

  const closed = await talk('shop.v1.Shop/Quote', {}, (s) => { s.on('data', () => client.close()); s.write({ productId: 1, quantity: 1 }); });
  check(closed, { 'the client is closed': (x) => x.map((e) => e[0]).join() === 'data,error,end' && x[1].slice(0, 3).join() === 'error,canceled by client (k6),0' && x[1][3] === StatusUnknown });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
