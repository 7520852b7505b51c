// A load of one fixed request over connections that are kept: what a careful client would see, request by request.
import { createConnection } from 'node:net';

/**
 * Sends the request over `connections` kept connections until `stop()` or `total` requests.
 * `rate` is requests per second over all of them; 0 = as fast as answers come.
 */
export function startLoad({
  host = '127.0.0.1',
  port,
  path,
  headers = {},
  body,
  connections = 8,
  rate = 0,
  total = Infinity,
}) {
  const payload = Buffer.from(body);
  const lines = Object.entries({ host: `${host}:${port}`, 'content-length': payload.length, ...headers });
  const request = Buffer.concat([
    Buffer.from(
      `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    ),
    payload,
  ]);
  const result = {
    sent: 0,
    ok: 0,
    failed: 0,
    failures: new Map(),
    latencies: [],
    reconnects: 0,
    startedAt: performance.now(),
    seconds: 0,
  };
  let stopping = false;
  const interval = rate > 0 ? (connections * 1000) / rate : 0;
  const clients = Array.from({ length: connections }, (_, index) => client(index));
  const done = Promise.all(clients).then(() => {
    result.seconds = (performance.now() - result.startedAt) / 1000;
    return result;
  });
  return {
    result,
    stop() {
      stopping = true;
      return done;
    },
    done,
  };

  async function client(index) {
    let connection;
    let due = result.startedAt + (interval * index) / connections;
    while (!stopping && result.sent < total) {
      const wait = due - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      due = Math.max(due + interval, performance.now() - 1000);
      if (connection === undefined || connection.closed) {
        if (connection !== undefined) result.reconnects++;
        connection = open();
      }
      result.sent++;
      const started = performance.now();
      let outcome;
      try {
        outcome = await connection.exchange(request);
      } catch (error) {
        outcome = error.message;
      }
      result.latencies.push(performance.now() - started);
      if (outcome === 200) result.ok++;
      else {
        result.failed++;
        result.failures.set(outcome, (result.failures.get(outcome) ?? 0) + 1);
      }
    }
    connection?.end();
  }

  function open() {
    const socket = createConnection({ host, port, noDelay: true });
    let buffered = Buffer.alloc(0);
    let waiting;
    const self = {
      closed: false,
      end: () => socket.destroy(),
      exchange(bytes) {
        return new Promise((resolve, reject) => {
          waiting = { resolve, reject };
          socket.write(bytes);
        });
      },
    };
    const broken = (text) => {
      self.closed = true;
      waiting?.reject(new Error(text));
      waiting = undefined;
    };
    socket.on('error', (error) => broken(error.code ?? error.message));
    socket.on('close', () => broken('closed without an answer'));
    socket.on('data', (chunk) => {
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
      const end = buffered.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = buffered.toString('latin1', 0, end).toLowerCase();
      const length = Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1]);
      if (buffered.length < end + 4 + length) return;
      buffered = buffered.subarray(end + 4 + length);
      if (/\r\nconnection: *close/.test(head)) {
        self.closed = true;
        socket.end();
      }
      const answered = waiting;
      waiting = undefined;
      answered?.resolve(Number(head.slice(9, 12)));
    });
    return self;
  }
}

/** The value below which the share `q` (0-1) of the latencies lies, milliseconds. */
export function quantile(latencies, q) {
  const sorted = Float64Array.from(latencies).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
