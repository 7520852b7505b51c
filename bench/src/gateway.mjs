// The gateway against nginx and HAProxy as plain proxies: a 140-byte POST, token checked by the gateway only, the same
// upstream (another nginx that answers at once), wrk as load. What counts is CPU per request: it does not
// depend on who else uses the machine.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cpuSeconds, machineFacts, median } from './machine-facts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const TOKEN = 'YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMQ==';
const BODY = JSON.stringify([{ a: 1, b: 2.5, c: 'x'.repeat(113) }]).slice(0, 140);

/** `args`: `--seconds N` (default 5), `--rounds N` (default 3), `--connections N` (default 32). */
export async function run(args = []) {
  const option = (name, fallback) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  const seconds = option('seconds', 5);
  const rounds = option('rounds', 3);
  const connections = option('connections', 32);
  const folder = mkdtempSync(join(tmpdir(), 'openeas-bench-'));
  const stops = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const upstreamPort = await freePort();
    const proxyPort = await freePort();
    await nginx(folder, 'upstream', upstreamConf(upstreamPort), upstreamPort, stops);
    const proxyPid = await nginx(folder, 'proxy', proxyConf(proxyPort, upstreamPort), proxyPort, stops);
    const haproxyPort = await freePort();
    const haproxyPid = await haproxy(folder, haproxyPort, upstreamPort, stops);
    const gateway = await startGateway(folder, upstreamPort, stops);
    const script = join(folder, 'post.lua');
    writeFileSync(
      script,
      `wrk.method = "POST"\nwrk.body = [==[${BODY}]==]\nwrk.headers["Authorization"] = "${TOKEN}"\nwrk.headers["Content-Type"] = "application/octet-stream"\n`,
    );
    const peers = [
      { name: 'nginx', port: proxyPort, pid: proxyPid, results: [] },
      ...(haproxyPid === undefined
        ? []
        : [{ name: 'haproxy', port: haproxyPort, pid: haproxyPid, results: [] }]),
      { name: 'gateway', port: gateway.port, pid: gateway.pid, results: [] },
    ];
    process.stdout.write(
      `${machineFacts()}\n${BODY.length}-byte POST, ${connections} connections, ${rounds} rounds of ${seconds} s\n`,
    );
    for (const peer of peers) await load(peer, script, 2, connections); // warm
    for (let round = 0; round < rounds; round++) {
      for (const peer of peers) {
        const result = await load(peer, script, seconds, connections);
        peer.results.push(result);
        process.stdout.write(`${peer.name.padEnd(8)} ${show(result)}\n`);
      }
    }
    const of = (peer, key) => median(peer.results.map((result) => result[key]));
    const [nginxPeer, haproxyPeer] = peers;
    const gatewayPeer = peers.at(-1);
    if (haproxyPid !== undefined) {
      const against = of(gatewayPeer, 'cpuMicros') / of(haproxyPeer, 'cpuMicros');
      const through = of(gatewayPeer, 'perSecond') / of(haproxyPeer, 'perSecond');
      process.stdout.write(
        `gateway / haproxy: CPU per request ${against.toFixed(2)}, throughput ${through.toFixed(2)}\n`,
      );
    }
    const ratio = of(gatewayPeer, 'cpuMicros') / of(nginxPeer, 'cpuMicros');
    const throughput = of(gatewayPeer, 'perSecond') / of(nginxPeer, 'perSecond');
    process.stdout.write(
      `gateway / nginx: CPU per request ${ratio.toFixed(2)} (goal 1.30, stretch 1.00), throughput ${throughput.toFixed(2)}\n`,
    );
    return { ratio, throughput };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function show({ perSecond, cpuMicros, p50, p99, errors }) {
  return `${perSecond.toFixed(0).padStart(7)} req/s  ${cpuMicros.toFixed(1).padStart(6)} us CPU/req  p50 ${p50}  p99 ${p99}${errors > 0 ? `  ${errors} ERRORS` : ''}`;
}

async function load(peer, script, seconds, connections) {
  const before = cpuSeconds(peer.pid);
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1',
    `-c${connections}`,
    `-d${seconds}`,
    '--latency',
    '-s',
    script,
    `http://127.0.0.1:${peer.port}/api/predict/demo`,
  ]);
  const cpu = cpuSeconds(peer.pid) - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  const wrong = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
    cpuMicros: (cpu / requests) * 1e6,
    p50: /^\s+50%\s+(\S+)/m.exec(stdout)[1],
    p99: /^\s+99%\s+(\S+)/m.exec(stdout)[1],
    errors: wrong,
  };
}

async function startGateway(folder, upstreamPort, stops) {
  const snapshot = join(folder, 'routes.json');
  const endpoint = {
    instanceId: 'i-1',
    version: 1,
    host: '127.0.0.1',
    port: upstreamPort,
    gatewayKey: 'k'.repeat(32),
  };
  const route = {
    name: 'demo',
    serviceUid: 'uid',
    tokens: [TOKEN],
    backends: [{ serviceUid: 'uid', serviceName: 'demo', weight: 100, endpoints: [endpoint] }],
    timeoutMs: 5000,
    rateLimit: null,
    concurrencyLimit: null,
    maxBodyBytes: 8 << 20,
    notReady: null,
  };
  writeFileSync(snapshot, JSON.stringify({ kind: 'full', epoch: 'bench', revision: 1, routes: [route] }));
  const flags = process.env.OPENEAS_BENCH_NODE_FLAGS?.split(' ') ?? [];
  const child = spawn(process.execPath, [...flags, join(here, 'gateway-process.mjs'), snapshot], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  stops.push(() => {
    child.kill();
    return ended;
  });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(Number(line)));
    child.once('exit', () => reject(new Error('the gateway did not start')));
  });
  return { port, pid: child.pid };
}

async function nginx(folder, name, conf, port, stops) {
  const prefix = join(folder, name);
  mkdirSync(prefix);
  const file = join(prefix, 'nginx.conf');
  const pidFile = join(prefix, 'nginx.pid');
  writeFileSync(
    file,
    `daemon off;\nmaster_process off;\npid ${pidFile};\nerror_log ${prefix}/error.log;\n${conf.replaceAll('PREFIX', prefix)}`,
  );
  const child = spawn('nginx', ['-p', prefix, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  stops.push(() => {
    child.kill();
    return ended;
  });
  const missing = new Promise((_, reject) =>
    child.once('error', () =>
      reject(
        new Error(
          'nginx is not installed; this benchmark compares with it (apt-get install nginx-light wrk)',
        ),
      ),
    ),
  );
  await Promise.race([reachable(port), missing]);
  return existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : child.pid;
}

/** One thread, connections to the upstream kept and shared; undefined where HAProxy is not installed. */
async function haproxy(folder, port, upstreamPort, stops) {
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 75s
  timeout server 75s
  option http-keep-alive
  http-reuse always
listen bench
  bind 127.0.0.1:${port}
  option forwardfor
  server u 127.0.0.1:${upstreamPort} pool-max-conn 256
`,
  );
  const child = spawn('haproxy', ['-db', '-q', '-f', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const missing = new Promise((resolve) => child.once('error', () => resolve(true)));
  const absent = await Promise.race([reachable(port).then(() => false), missing]);
  if (absent) {
    process.stdout.write('haproxy is not installed and is left out (apt-get install haproxy)\n');
    return undefined;
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  stops.push(() => {
    child.kill();
    return ended;
  });
  return child.pid;
}

const COMMON = `client_body_temp_path PREFIX/body; proxy_temp_path PREFIX/proxy; fastcgi_temp_path PREFIX/f;
uwsgi_temp_path PREFIX/u; scgi_temp_path PREFIX/s; access_log off; keepalive_requests 1000000000; keepalive_timeout 75;`;

function upstreamConf(port) {
  return `events { worker_connections 4096; }
http { ${COMMON} server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '[{"p_0":0.25,"p_1":0.75}]'; } } }`;
}

function proxyConf(port, upstreamPort) {
  return `events { worker_connections 4096; }
http { ${COMMON}
  upstream u { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:${port}; location / {
    proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Request-Id $request_id; } } }`;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function reachable(port) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const up = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv.slice(2));
