import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from './addresses.js';
import { allowListPolicy, checkHost, ForbiddenHostError, guardedLookup, OPEN_POLICY } from './policy.js';

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.9',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'not an address',
  ])('calls %s private', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '172.32.0.1',
    '192.169.0.1',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
  ])('calls %s public', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('checkHost', () => {
  const policy = allowListPolicy(['models.example.com', '*.cdn.example.com']);

  it.each([
    'https://models.example.com/a',
    'https://MODELS.example.com./a',
    'https://eu.cdn.example.com/a',
    'https://a.b.cdn.example.com:8443/a',
  ])('lets %s pass', (url) => {
    expect(() => checkHost(policy, new URL(url))).not.toThrow();
  });

  it.each([
    'https://example.com/a',
    'https://cdn.example.com/a',
    'https://evilcdn.example.com/a',
    'https://models.example.com.evil.org/a',
    'https://models.example.com@evil.org/a',
    'http://127.0.0.1/a',
  ])('refuses %s', (url) => {
    expect(() => checkHost(policy, new URL(url))).toThrow(ForbiddenHostError);
  });

  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::ffff:7f00:1]/',
  ])('knows the private address in %s, however it is spelt', (url) => {
    expect(() => checkHost({ ...OPEN_POLICY, privateHosts: [] }, new URL(url))).toThrow(/private address/);
    expect(() => checkHost(OPEN_POLICY, new URL(url))).not.toThrow();
  });
});

describe('guardedLookup', () => {
  const resolveTo =
    (...addresses: string[]): LookupFunction =>
    (_name, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const ask = (lookup: LookupFunction, all: boolean): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lookup('name.example', { all }, (error, address, family) =>
        error ? reject(error) : resolve(all ? address : [address, family]),
      );
    });

  it('gives the socket only addresses that the policy allows', async () => {
    const lookup = guardedLookup(
      { ...OPEN_POLICY, privateHosts: [] },
      resolveTo('10.0.0.1', '1.1.1.1', '::1'),
    );
    expect(await ask(lookup, true)).toEqual([{ address: '1.1.1.1', family: 4 }]);
    expect(await ask(lookup, false)).toEqual(['1.1.1.1', 4]);
  });

  it('fails when no allowed address is left', async () => {
    const lookup = guardedLookup({ ...OPEN_POLICY, privateHosts: [] }, resolveTo('10.0.0.1', '::1'));
    await expect(ask(lookup, true)).rejects.toThrow('name.example is the private address 10.0.0.1, ::1');
  });

  it('lets hosts that are listed be private', async () => {
    const lookup = guardedLookup({ ...OPEN_POLICY, privateHosts: ['name.example'] }, resolveTo('10.0.0.1'));
    expect(await ask(lookup, false)).toEqual(['10.0.0.1', 4]);
  });
});
