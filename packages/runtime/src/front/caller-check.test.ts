import { expect, test } from 'vitest';
import { isLoopback } from './caller-check.js';

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['2001::127.0.0.1', false],
  ['', false],
])('%s is the machine itself: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
