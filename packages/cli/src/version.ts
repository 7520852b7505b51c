import { readFileSync } from 'node:fs';

// One level above both `src` and `dist`.
const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');

export const VERSION = (JSON.parse(manifest) as { version: string }).version;
