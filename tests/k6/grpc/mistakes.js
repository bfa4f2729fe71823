// What throws, and what it says: each message is the name of a check, so that all of them are compared.
import grpc, { Client, Stream } from 'k6/net/grpc';
import { check } from 'k6';

const client = new Client();
client.load([], 'shop.proto');
let initial = '';
try { client.connect(__ENV.ADDRESS); } catch (error) { initial = error.message; }
export const options = { iterations: 1, summaryTrendStats: ['count'] };

// The words that follow are each program's own.
const nameOf = (code) => Object.keys(grpc).find((name) => name.startsWith('Status') && grpc[name] === code);
const OWN = ['unable to serialise request object to protocol buffer: ', 'invalid grpc.connect() parameters: invalid timeout value: ',
  "invalid GRPC's client.invoke() parameters: invalid timeout value: ", 'connection error: ', 'couldn\'t open protoset: '];

function thrown(what, run) {
  let message = 'nothing';
  try { run(); } catch (error) { message = error.message; }
  const own = OWN.find((beginning) => message.startsWith(beginning));
  check(true, { [`${what}: ${own ?? message.split('; did you mean')[0]}`]: true });
}

export default function () {
  const method = 'shop.v1.Shop/GetProduct';
  thrown('connecting in the init context', () => { throw new Error(initial); });
  thrown('invoke before connect', () => client.invoke(method, {}));
  thrown('stream before connect', () => new Stream(client, method));
  thrown('load while running', () => client.load([], 'shop.proto'));
  thrown('loadProtoset while running', () => client.loadProtoset('x'));
  thrown('unknown connect param', () => client.connect(__ENV.ADDRESS, { name: 'k6' }));
  thrown('plaintext', () => client.connect(__ENV.ADDRESS, { plaintext: 'yes' }));
  thrown('reflect', () => client.connect(__ENV.ADDRESS, { reflect: 'yes' }));
  thrown('reflectMetadata', () => client.connect(__ENV.ADDRESS, { reflectMetadata: { a: 1 } }));
  thrown('connect timeout', () => client.connect(__ENV.ADDRESS, { timeout: 'k6' }));
  thrown('maxReceiveSize', () => client.connect(__ENV.ADDRESS, { maxReceiveSize: 'error' }));
  thrown('negative maxReceiveSize', () => client.connect(__ENV.ADDRESS, { maxReceiveSize: -1 }));
  thrown('negative maxSendSize', () => client.connect(__ENV.ADDRESS, { maxSendSize: -1 }));
  thrown('refused', () => client.connect('127.0.0.1:1', { plaintext: true, timeout: '2s' }));
  thrown('no port', () => client.connect('127.0.0.1', { plaintext: true, timeout: '2s' }));
  client.connect(__ENV.ADDRESS, { plaintext: true });
  thrown('unknown method', () => client.invoke('shop.v1.Shop/GetProducts', {}));
  thrown('unknown service', () => client.invoke('/foo/bar', {}));
  thrown('empty method', () => client.invoke('', {}));
  thrown('no request', () => client.invoke(method));
  thrown('unknown field', () => client.invoke(method, { idd: 1 }));
  thrown('wrong type', () => client.invoke(method, { id: 'x' }));
  thrown('number for a text', () => client.invoke(method, { id: { a: 1 } }));
  thrown('unknown param', () => client.invoke(method, {}, { void: true }));
  thrown('metadata', () => client.invoke(method, {}, { metadata: 'x' }));
  thrown('metadata value', () => client.invoke(method, {}, { metadata: { a: 1 } }));
  thrown('binary metadata', () => client.invoke(method, {}, { metadata: { 'a-bin': 'x' } }));
  thrown('bool as timeout', () => client.invoke(method, {}, { timeout: true }));
  thrown('text as timeout', () => client.invoke(method, {}, { timeout: 'please' }));
  thrown('binary metadata that fits', () => client.invoke(method, { id: 1 }, { metadata: { 'a-bin': new Uint8Array([1, 255]) } }));
  thrown('no client', () => new Stream());
  thrown('another object', () => new Stream({}, method));
  thrown('unknown method of a stream', () => new Stream(client, 'shop.v1.Shop/Chap'));
  thrown('unknown param of a stream', () => new Stream(client, method, { void: true }));
  const stream = new Stream(client, 'shop.v1.Shop/Quote');
  thrown('no handler', () => stream.on('data', undefined));
  thrown('unknown event', () => stream.on('metadata', () => {}));
  stream.end();
  const answer = client.invoke(method, {}, { metadata: { a: 'x\ny' } });
  check(true, { [`metadata with a line break: ${nameOf(answer.status)} ${answer.error.message}`]: true });
  client.close();
  client.connect(__ENV.ADDRESS, { plaintext: true, maxSendSize: 1, maxReceiveSize: 1 });
  let tooLarge = client.invoke(method, { id: 1 });
  check(true, { [`too large to send: ${nameOf(tooLarge.status)} ${tooLarge.error.message}`]: true });
  tooLarge = client.invoke('shop.v1.Shop/FillCart', {});
  check(true, { [`small enough: ${tooLarge.error}`]: true });
  client.connect(__ENV.ADDRESS, { plaintext: true, maxReceiveSize: 5 });
  tooLarge = client.invoke(method, { id: 1 });
  check(true, { [`too large to receive: ${nameOf(tooLarge.status)} ${tooLarge.error.message}`]: true });
  check(true, { [`constants: ${Object.keys(grpc).filter((name) => name.startsWith('Status')).sort()}`]: true });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
