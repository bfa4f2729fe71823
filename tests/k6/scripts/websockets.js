// W3C's WebSocket, by the name that k6 1.1 has for its module: several sockets at once, an iteration that waits.
import { Blob, WebSocket } from 'k6/experimental/websockets';
import { setTimeout } from 'k6/timers';
import { check } from 'k6';
import { Trend } from 'k6/metrics';

const lengths = new Trend('my_lengths');

export const options = {
  vus: 2,
  iterations: 4,
  thresholds: {
    'ws_msgs_sent{who:0}': ['count>=12'],
    'ws_msgs_received{who:2}': ['count==8'],
    ws_session_duration: ['max<60000'],
    ws_ping: ['max<60000'],
  },
};
const URL = `${__ENV.BASE.replace('http', 'ws')}/ws`;

export default function () {
  for (let who = 0; who < 3; who++) talk(`${who}`);
  refused();
}

function talk(who) {
  const seen = [];
  const socket = new WebSocket(URL, null, { tags: { who }, headers: { 'X-Who': who } });
  seen.push(socket.readyState, socket.binaryType, socket.url === URL);
  socket.onopen = (event) => {
    seen.push(event.type, socket.readyState);
    socket.send(`I am ${who}`);
    seen.push(socket.bufferedAmount);
    socket.ping();
  };
  socket.addEventListener('message', (event) => {
    if (typeof event.data === 'string') {
      lengths.add(event.data.length);
      seen.push(event.data, event.type, event.origin === URL);
      socket.binaryType = 'arraybuffer';
      socket.send(new Uint8Array([7, 8, 9]));
    } else {
      seen.push(new Uint8Array(event.data).join('.'));
      setTimeout(() => socket.close(1000), 5);
    }
  });
  let pongs = 0;
  socket.onpong = () => pongs++;
  socket.onerror = (event) => seen.push(`error ${event.error}`);
  socket.addEventListener('close', (event) => {
    seen.push(event.type, socket.readyState);
    check(socket, { [seen.join()]: true, 'a pong': () => pongs === 1 });
  });
}

function refused() {
  const seen = [];
  const socket = new WebSocket(`${__ENV.BASE.replace('http', 'ws')}/status/403`);
  try { socket.send('early'); } catch (error) { seen.push(error.message); }
  socket.onerror = (event) => seen.push(event.error);
  socket.onclose = () => { seen.push(socket.readyState); check(seen, { [seen.join()]: true }); };
  const bytes = new Blob(['ab', new Uint8Array([99])], { type: 'text/plain' });
  bytes.text().then((text) => check(text, { [`${text} ${bytes.size} ${bytes.type}`]: true }));
}

export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
