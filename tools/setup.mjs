// Brings a clone to the point where it can run: right Node, packages installed, native module usable, built.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { cache, existsSync, isFresh, join, root, run, step, writeStamp } from './steps.mjs';

const NODE_FLOOR = 20;
/** Those of `allowScripts` in package.json. */
const SCRIPTED_PACKAGES = ['better-sqlite3', '@alicloud/openapi-core'];

export async function setup() {
  checkNode();
  await installPackages();
  await ensureDatabaseModule();
  await build();
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NODE_FLOOR) return;
  throw new Error(
    `OpenEAS needs Node.js ${NODE_FLOOR} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
}

async function installPackages() {
  const stamp = join(root, 'node_modules', '.openeas-installed');
  if (isFresh(stamp, ['package-lock.json'])) return;
  // Without their scripts: the one that matters, the database module's, is run below with what it may need.
  await step('Installing packages', () =>
    run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']),
  );
  writeStamp(stamp);
}

/**
 * better-sqlite3 fetches a prebuilt file for common machines; not every network reaches the place it comes
 * from. It is compiled then, which needs headers (those that came with this Node are used) and a compiler
 * (installed where we may).
 */
async function ensureDatabaseModule() {
  if (loadsDatabaseModule()) return;
  await step('Preparing the database module (a minute or two if it has to be compiled)', async () => {
    const args = ['rebuild', ...SCRIPTED_PACKAGES, '--no-fund', '--no-audit', '--loglevel=error'];
    const env = { ...process.env };
    const prefix = dirname(dirname(process.execPath));
    if (existsSync(join(prefix, 'include', 'node', 'node.h'))) env.npm_config_nodedir = prefix;
    try {
      await run('npm', args, { env });
    } catch (error) {
      if (!(await installCompiler())) throw new Error(`${error.message}\n\n${compilerAdvice()}`);
      await run('npm', args, { env });
    }
    if (!loadsDatabaseModule())
      throw new Error(`better-sqlite3 was built but does not load.\n${compilerAdvice()}`);
  });
}

function loadsDatabaseModule() {
  try {
    const Database = createRequire(join(root, 'packages', 'store', 'package.json'))('better-sqlite3');
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}

async function installCompiler() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  await run('apt-get', ['update', '-qq']);
  await run('apt-get', ['install', '-y', '-qq', 'g++', 'make', 'python3'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return true;
}

function compilerAdvice() {
  return 'Install a C++ compiler, make and python3 (Debian, Ubuntu: `sudo apt-get install g++ make python3`), then try again.';
}

async function build() {
  const stamp = join(cache, 'built');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const title = existsSync(stamp) ? 'Checking the build' : 'Building';
  await step(title, () => run(process.execPath, [tsc, '-b']));
  writeStamp(stamp);
}
