import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SERVICE_KEY_TABLE } from './key-index.js';
import type { KeySpec } from './key-spec.js';

/** Rows of the tables of each section: the names in backquotes of the first two cells, and the other cells. */
function sections(page: string): { names: string[][]; cells: string[][] }[] {
  const text = readFileSync(new URL(`../../../../docs/reference/${page}`, import.meta.url), 'utf8');
  return text
    .split(/^## /m)
    .slice(2)
    .map((section) => {
      const rows = section.split('\n').filter((line) => line.startsWith('| `'));
      const cells = rows.map((row) =>
        row
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
      const names = cells.map(([key = '', aliases = '']) =>
        [...`${key} ${aliases}`.matchAll(/`([^`]+)`/g)].map((m) => m[1]!),
      );
      return { names, cells };
    });
}

function keysBySupport(kind: KeySpec['support']['kind']): KeySpec[] {
  return SERVICE_KEY_TABLE.filter(({ support }) => support.kind === kind);
}

describe.each(['service-json.md', 'service-json.zh.md'])('docs/reference/%s', (page) => {
  it.each([
    ['honoured', 0],
    ['noted', 1],
    ['refused', 2],
  ] as const)('lists every %s key with its other writings, and nothing else', (kind, index) => {
    const expected = keysBySupport(kind).map(({ path, aliases }) => [path, ...aliases]);
    expect(sections(page)[index]!.names).toEqual(expected);
  });

  it('states the default of every key that is honoured', () => {
    const defaults = Object.fromEntries(sections(page)[0]!.cells.map((cells) => [cells[0], cells[3]]));
    for (const { path, default: value, required } of keysBySupport('honoured')) {
      const stated = defaults[`\`${path}\``];
      if (required) expect(stated, path).toMatch(/^(required|必填)$/);
      else expect(stated, path).toBe(value === undefined ? '' : `\`${JSON.stringify(value)}\``);
    }
  });
});

describe('docs/reference/service-json.md', () => {
  it('gives the reason of every refusal', () => {
    const reasons = sections('service-json.md')[2]!.cells.map((cells) => cells[3]);
    expect(reasons).toEqual(
      keysBySupport('refused').map(({ support }) => support.kind === 'refused' && support.reason),
    );
  });
});
