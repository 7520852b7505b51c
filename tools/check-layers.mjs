// Proves that dependencies point one way (docs/architecture/00-overview.md): every import of a workspace
// package is declared, and every declared one lies on a lower line.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { existsSync, root } from './steps.mjs';

const LINES = [
  ['contracts', 'kernel'],
  ['domain', 'pmml', 'http1', 'telemetry'],
  ['store', 'artifacts', 'drivers', 'processors', 'sdk'],
  ['control', 'reconciler', 'gateway', 'runtime', 'cli', 'console'],
  ['openeas'],
];
const lineOf = new Map(LINES.flatMap((names, line) => names.map((name) => [name, line])));
const problems = [];

const folders = [
  ...readdirSync(join(root, 'packages')).map((name) => ({ name, folder: join(root, 'packages', name) })),
  { name: 'openeas', folder: join(root, 'apps', 'openeas') },
];
for (const { name, folder } of folders) {
  if (!existsSync(join(folder, 'package.json'))) continue;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const declared = new Set(Object.keys(manifest.dependencies ?? {}));
  if (!lineOf.has(name)) problems.push(`${name} is on no line of the ladder in tools/check-layers.mjs`);
  for (const dependency of declared) {
    const target = dependency.replace('@openeas/', '');
    if (!dependency.startsWith('@openeas/')) continue;
    if (!(lineOf.get(target) < lineOf.get(name))) problems.push(`${name} may not depend on ${target}`);
  }
  for (const file of sources(join(folder, 'src'))) {
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('node:') || specifier.startsWith('.')) continue;
      const packageName = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      const isTest = /\.(test|bench)\.ts$|\/(fixtures|testing|conformance)\//.test(file);
      if (!declared.has(packageName) && !isTest)
        problems.push(
          `${file.slice(root.length + 1)} imports ${packageName}, which its package.json does not declare`,
        );
    }
  }
}

if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(`layers: ${folders.length} packages, every dependency points down\n`);

function* sources(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (entry.name.endsWith('.ts')) yield path;
  }
}

/** Statements only: text that merely says `from "…"` is not an import. */
function* importsOf(text) {
  const statement = /^(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm;
  const dynamic = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;
  for (const pattern of [statement, dynamic])
    for (const [, specifier] of text.matchAll(pattern)) yield specifier;
}
