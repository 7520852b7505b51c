// FastAPI on uvicorn with uvloop and httptools, in a virtual environment kept under node_modules/.cache.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const VENV = join(ROOT, 'node_modules', '.cache', 'openeas-bench-fastapi');

export async function startFastApi({ token, cpus }) {
  const python = join(VENV, 'bin', 'python');
  if (!existsSync(join(VENV, 'bin', 'uvicorn'))) {
    process.stdout.write('installing FastAPI and uvicorn (once)\n');
    rmSync(VENV, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', VENV]);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'fastapi', 'uvicorn', 'uvloop', 'httptools'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }
  const port = await freePort();
  const uvicorn = [
    '-m',
    'uvicorn',
    'fastapi_echo:app',
    '--port',
    String(port),
    '--loop',
    'uvloop',
    '--http',
    'httptools',
    '--no-access-log',
    '--log-level',
    'warning',
  ];
  const child = spawn('taskset', ['-c', cpus, python, ...uvicorn], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, TOKEN: token, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await reachable(port);
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${port}/api/predict/demo`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function reachable(port) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const up = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`uvicorn does not listen on port ${port}`);
}
