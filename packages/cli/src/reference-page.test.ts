import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completionModel } from './commands/completion.js';
import { EXIT } from './io.js';
import { buildProgram } from './program.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const model = completionModel(
  buildProgram(
    {
      open: () => {
        throw new Error('nothing runs here');
      },
    },
    { writeOut: () => undefined, writeError: () => undefined },
  ),
);

describe.each(['docs/reference/eascmd.md', 'docs/reference/eascmd.zh.md'])('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');

  it('names every command with its aliases', () => {
    const names = model.commands.flatMap((command) => command.names).filter((name) => name !== 'describe');
    for (const name of names) expect(text, name).toMatch(new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``));
  });

  it('names every option, at least in one of its forms', () => {
    for (const command of model.commands) {
      const long = command.options.filter((option) => option.startsWith('--') && option !== '--help');
      for (const option of long) {
        const short = command.options[command.options.indexOf(option) - 1];
        const forms = [option, ...(short !== undefined && !short.startsWith('--') ? [short] : [])];
        expect(
          forms.some((form) => text.includes(form)),
          `${command.names[0]} ${forms.join(' ')}`,
        ).toBe(true);
      }
    }
  });

  it('lists every exit code', () => {
    for (const code of Object.values(EXIT)) expect(text).toContain(`| ${code} |`);
  });
});
