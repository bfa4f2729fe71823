// k6/ws, as its documentation has it: events, timers, tags, a refused handshake, an error in a handler.
import ws from 'k6/ws';
import { check, group } from 'k6';

export const options = {
  vus: 2,
  iterations: 6,
  thresholds: {
    'ws_msgs_sent{kind:echo}': ['count==18'],
    'ws_msgs_received{kind:echo}': ['count==18'],
    'ws_msgs_received{group:::talk}': ['count==18'],
    'ws_sessions{kind:echo}': ['count==6'],
    ws_session_duration: ['max<60000'],
    ws_connecting: ['max<60000'],
    ws_ping: ['max<60000'],
  },
};
const URL = __ENV.BASE.replace('http', 'ws');

function echo() {
  const seen = [];
  const response = ws.connect(`${URL}/ws`, { headers: { 'X-Test': 'yes' }, tags: { kind: 'echo' } }, (socket) => {
    socket.on('open', () => { seen.push('open'); socket.send('one'); });
    socket.on('message', (message) => {
      seen.push(message);
      if (message === 'one') socket.send(`two ${['é', '😀'].join()}`);
      else socket.sendBinary(new Uint8Array([1, 2, 3]).buffer);
    });
    socket.on('binaryMessage', (message) => { seen.push(new Uint8Array(message).join('.')); socket.ping(); });
    socket.on('pong', () => { seen.push('pong'); socket.setTimeout(() => socket.close(1000), 5); });
    socket.on('close', (code) => seen.push(`close ${code}`));
    socket.on('error', (error) => seen.push(`error ${error.error()}`));
  });
  check(response, {
    'status is 101': (r) => r && r.status === 101,
    'the response tells its URL': (r) => r.url === `${URL}/ws` && r.body === '' && r.error === '',
    'headers are named as Go has them': (r) => r.headers.Upgrade === 'websocket' && 'Sec-Websocket-Accept' in r.headers,
  });
  check(seen, { [seen.join()]: true });
}

function ticks() {
  let count = 0;
  ws.connect(`${URL}/ws`, (socket) => {
    socket.setInterval(() => { if (++count === 3) socket.close(); }, 2);
  });
  check(count, { 'three ticks': (n) => n === 3 });
}

function refused() {
  const response = ws.connect(`${URL}/status/404`, null, () => {});
  check(response, { 'a refused handshake is a response': (r) => r.status === 404 && r.url === '' && r.error === '' });
  const dead = ws.connect('ws://127.0.0.1:9/', {}, () => {});
  check(dead, { 'nobody there': (r) => r.status === 0 && r.error.includes('refused') });
}

function broken() {
  const seen = [];
  try {
    ws.connect(`${URL}/ws`, {}, (socket) => {
      socket.on('close', (code) => seen.push(code));
      socket.on('open', () => { throw new Error('mine'); });
    });
  } catch (error) { seen.push(error.message); }
  ws.connect(`${URL}/ws`, {}, (socket) => {
    socket.on('error', (error) => seen.push(error.error()));
    socket.on('open', () => { socket.close(); socket.ping(); });
  });
  check(seen, { [seen.join()]: true });
}

export default function () {
  group('talk', echo);
  ticks();
  refused();
  broken();
}

export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
