// k6/experimental/websockets: the name that k6/websockets had before.
export {Blob, WebSocket, default} from 'k6/websockets';
