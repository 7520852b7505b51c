import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/**
 * Compares an answer with `fixtures/NAME.golden.json`, byte for byte, after what differs between runs was
 * replaced by a word. `OPENEAS_UPDATE_GOLDEN=1` writes the file anew; the difference is then reviewed.
 */
export function expectGolden(name: string, answer: unknown): void {
  const path = fileURLToPath(new URL(`../fixtures/${name}.golden.json`, import.meta.url));
  const text = `${JSON.stringify(answer, withWords, 2)}\n`;
  if (process.env.OPENEAS_UPDATE_GOLDEN === '1') writeFileSync(path, text);
  expect(existsSync(path), `${path} is missing`).toBe(true);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

function withWords(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (key === 'HostName' && value === hostname()) return '<hostname>';
  if (key === 'AccessToken' && /^[A-Za-z0-9+/=]{40,}$/.test(value)) return '<generated token>';
  return value
    .replace(/\b[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/g, '<request id>')
    .replace(/\beas-m-[a-z0-9]{20}\b/g, '<service id>')
    .replace(/\b\d{16}\b/g, '<account uid>')
    .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<RFC 3339 time>')
    .replace(/\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\b/g, '<plain time>');
}
