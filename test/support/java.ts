import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './workspace.js';

const SOURCES = join(ROOT, 'test', 'java');
const CACHE = join(ROOT, 'node_modules', '.cache', 'openeas', 'java');

/** The class path of `test/java`, compiled against the packages of its pom; or why it cannot be had here. */
export function javaTests(): { classPath: string } | { unavailable: string } {
  for (const tool of ['javac', 'mvn']) {
    if (spawnSync(tool, ['-version']).error !== undefined) return { unavailable: `${tool} is not installed` };
  }
  mkdirSync(CACHE, { recursive: true });
  const list = join(CACHE, 'class-path.txt');
  if (!existsSync(list)) {
    const args = [
      '-q',
      '-B',
      '-f',
      join(SOURCES, 'pom.xml'),
      'dependency:build-classpath',
      `-Dmdep.outputFile=${list}`,
    ];
    const maven = spawnSync('mvn', args, { encoding: 'utf8' });
    if (maven.status !== 0) {
      const reason =
        /Could not (?:find|resolve)[^\n]*/.exec(maven.stdout)?.[0] ?? 'mvn could not resolve the packages';
      return { unavailable: reason };
    }
  }
  const classPath = [CACHE, readFileSync(list, 'utf8').trim()].join(delimiter);
  const compiled = spawnSync(
    'javac',
    ['-cp', classPath, '-d', CACHE, join(SOURCES, 'PredictionClient.java')],
    { encoding: 'utf8' },
  );
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  return { classPath };
}

/** Runs a class of `test/java` with `input` as JSON on its standard input; returns the JSON of its last line. */
export async function runJava(classPath: string, main: string, input: unknown): Promise<unknown> {
  const child = spawn('java', [`-Duser.home=${CACHE}`, '-cp', classPath, main], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {}); // It may end without reading.
  child.stdin.end(JSON.stringify(input));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => (stderr += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${main} ended with ${code}:\n${stdout}${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
