import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { instanceFolder } from '../testing/start-instance.js';
import { readInstanceConfig } from './instance-config.js';

type Json = Record<string, unknown>;

function configWith(
  change: (config: Json & { listen: Json; description: Json & { rpc: Json } }) => void,
): string {
  const path = join(instanceFolder({}, onTestFinished), 'instance.json');
  const config = JSON.parse(readFileSync(path, 'utf8'));
  change(config);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

test('gives back what the driver wrote', () => {
  const path = configWith(() => {});
  expect(readInstanceConfig(path)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
});

test.each([
  ['secret', 'secret is ""; expected text that is not empty', (c: Json) => (c.secret = '')],
  ['token', 'token is undefined; expected text', (c: Json) => delete c.token],
  ['attempt', 'attempt is 1.5; expected a whole number', (c: Json) => (c.attempt = 1.5)],
  ['listen', 'listen is null; expected an object', (c: Json) => (c.listen = null)],
  ['port', 'listen.port is 70000; expected a port', (c: { listen: Json }) => (c.listen.port = 70_000)],
  ['warm-up', 'warmUpFiles is "x"; expected a list', (c: Json) => (c.warmUpFiles = 'x')],
  [
    'rpc',
    'description.rpc is []; expected an object',
    (c: { description: Json }) => (c.description.rpc = []),
  ],
  [
    'a number of rpc',
    'description.rpc.keepalive is "5000"; expected a number of at least 0',
    (c: { description: { rpc: Json } }) => (c.description.rpc.keepalive = '5000'),
  ],
])('names the field when %s is wrong', (_, words, change) => {
  expect(() => readInstanceConfig(configWith(change as never))).toThrow(words);
});

test('names the file when it is missing or no JSON', () => {
  const path = configWith(() => {});
  expect(() => readInstanceConfig(`${path}.none`)).toThrow('instance.json.none: ENOENT');
  writeFileSync(path, '{');
  expect(() => readInstanceConfig(path)).toThrow('instance.json: ');
});
