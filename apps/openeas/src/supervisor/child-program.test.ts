import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@openeas/kernel';
import { createLogger } from '@openeas/telemetry';
import { expect, it, onTestFinished } from 'vitest';
import { ChildProgram, EXIT } from './child-program.js';

/** A program that ends with these codes, one after the other, and then stays; `starts` counts its starts. */
function programEnding(...codes: number[]): { program: ChildProgram; starts(): number; fatal: number[] } {
  const folder = mkdtempSync(join(tmpdir(), 'openeas-child-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const count = join(folder, 'starts');
  const script = join(folder, 'program.mjs');
  writeFileSync(count, '');
  writeFileSync(
    script,
    `import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(count)}, 'x');
const code = ${JSON.stringify(codes)}[readFileSync(${JSON.stringify(count)}).length - 1];
if (code === undefined) setInterval(() => {}, 1000);
else process.exit(code);`,
  );
  const program = new ChildProgram({
    name: 'test',
    args: [script],
    recordFile: join(folder, 'record.json'),
    logFile: join(folder, 'log'),
    env: process.env,
    outlivesUs: false,
    clock: systemClock,
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
  });
  onTestFinished(() => program.destroy());
  const fatal: number[] = [];
  program.onFatal = (code) => fatal.push(code);
  return { program, starts: () => readFileSync(count).length, fatal };
}

it('gives up where a start cannot succeed', async () => {
  const { program, starts, fatal } = programEnding(EXIT.addressInUse);
  program.start();
  await expect.poll(() => fatal, { timeout: 20_000 }).toEqual([EXIT.addressInUse]);
  expect(starts()).toBe(1);
});

it('tries again when the address is still taken right after a crash', async () => {
  const { program, starts, fatal } = programEnding(EXIT.failed, EXIT.addressInUse);
  program.start();
  await expect.poll(starts, { timeout: 20_000 }).toBe(3);
  expect(fatal).toEqual([]);
});
