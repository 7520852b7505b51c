import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './support/workspace.js';

const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');

it.each(pages)('every relative link of %s leads somewhere', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8').replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  const dead = targets.filter((target) => {
    if (/^[a-z]+:|^#/.test(target)) return false;
    return !existsSync(join(ROOT, dirname(page), target.split('#')[0]!));
  });
  expect(dead).toEqual([]);
});

it('has a Chinese page beside every guide', () => {
  const guides = pages.filter((page) => page.startsWith('docs/guides/') && !page.endsWith('.zh.md'));
  expect(guides.filter((page) => !pages.includes(page.replace(/\.md$/, '.zh.md')))).toEqual([]);
});
