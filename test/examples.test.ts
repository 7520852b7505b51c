import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { HEART_ANSWER, Installation } from './support/installation.js';
import { ROOT } from './support/workspace.js';

/** The shell blocks of a Markdown page, in order. */
function shellBlocks(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);
}

async function bash(
  script: string,
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The smallest machine that a reader may have: the commands of the pages must not wait there for a second core. */
const ONE_CORE = { args: ['--with-example'], env: { OPENEAS_CPU: '1' } };

it('every command of examples/heart-disease/README.md works as written', { timeout: 180_000 }, async () => {
  const installation = await Installation.start('example', ONE_CORE);
  const { code, output } = await bash(
    shellBlocks('examples/heart-disease/README.md').join('\n'),
    installation.env,
  );
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toContain(JSON.stringify(HEART_ANSWER));
  expect(output).toContain('[OK] Service was deleted successfully');
});

it("the commands of README.md for a service of one's own work as written", { timeout: 180_000 }, async () => {
  const installation = await Installation.start('readme', ONE_CORE);
  onTestFinished(() => rmSync(join(ROOT, 'my-service.json'), { force: true }));
  // The first block clones and starts; what it starts is running here.
  const { code, output } = await bash(shellBlocks('README.md')[1]!, installation.env);
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toContain('[OK] Service is running');
  expect(output).toContain('[OK] Service was deleted successfully');
});
