import { describe, expect, it } from 'vitest';
import { SERVICE_KEY_TABLE } from './key-index.js';
import { coerce } from './key-values.js';
import { editDistance, nearest } from './nearest.js';

describe('the table of keys', () => {
  it('has no primary path below another one, so that the canonical form is a tree', () => {
    const paths = SERVICE_KEY_TABLE.map(({ path }) => path);
    for (const path of paths) expect(paths.filter((other) => other.startsWith(`${path}.`))).toEqual([]);
  });

  it('has defaults that are valid values in normal form', () => {
    for (const { path, type, default: value } of SERVICE_KEY_TABLE) {
      if (value !== undefined) expect(coerce(type, value), path).toEqual({ ok: true, value });
    }
  });

  it('gives every key a meaning, and every refusal and note words that end without a full stop', () => {
    for (const { path, meaning, support } of SERVICE_KEY_TABLE) {
      expect(meaning, path).toMatch(/\.$/);
      const words =
        support.kind === 'refused' ? support.reason : support.kind === 'noted' ? support.note : 'ok';
      expect(words, path).toMatch(/[^.\s]$/);
    }
  });

  it('knows rpc keys with and without metadata', () => {
    for (const { path, aliases } of SERVICE_KEY_TABLE) {
      if (path.startsWith('metadata.rpc.')) expect(aliases).toContain(path.slice('metadata.'.length));
    }
  });
});

describe('nearest', () => {
  it('counts edits up to a limit', () => {
    expect(editDistance('kitten', 'sitting', 5)).toBe(3);
    expect(editDistance('kitten', 'sitting', 2)).toBe(3);
    expect(editDistance('', 'abc', 5)).toBe(3);
    expect(editDistance('same', 'same', 0)).toBe(0);
  });

  it('prefers a small slip over the same last part elsewhere, and knows when nothing is near', () => {
    const keys = ['name', 'metadata.instance', 'metadata.rpc.keepalive'];
    expect(nearest('nmae', keys)).toBe('name');
    expect(nearest('keepalive', keys)).toBe('metadata.rpc.keepalive');
    expect(nearest('METADATA.Instance', keys)).toBe('metadata.instance');
    expect(nearest('something.else.entirely', keys)).toBeUndefined();
    expect(nearest('x'.repeat(1000), keys)).toBeUndefined();
  });
});
