import { expect, it } from 'vitest';
import { NonceMemory } from './nonce-memory.js';

it('refuses a nonce until it has expired', () => {
  const memory = new NonceMemory();
  expect(memory.remember('a', 100, 0)).toBe(true);
  expect(memory.remember('a', 150, 50)).toBe(false);
  expect(memory.remember('b', 150, 50)).toBe(true);
  expect(memory.remember('a', 200, 100)).toBe(true);
});

it('forgets the oldest when there are too many', () => {
  const memory = new NonceMemory(2);
  expect(['a', 'b', 'c'].map((nonce) => memory.remember(nonce, 100, 0))).toEqual([true, true, true]);
  expect(memory.remember('c', 100, 0)).toBe(false);
  expect(memory.remember('b', 100, 0)).toBe(false);
  expect(memory.remember('a', 100, 0)).toBe(true);
});
