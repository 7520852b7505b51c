import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { isPrivateAddress } from './addresses.js';

/** Hosts: `any`, or names (`models.example.com`), `*.suffix` for the names below one, and addresses. */
export type HostList = 'any' | readonly string[];

/** Where packages may come from. */
export interface FetchPolicy {
  /** Hosts of http(s) sources and of what they redirect to. */
  readonly hosts: HostList;
  /** Hosts that may resolve to addresses outside the public internet. */
  readonly privateHosts: HostList;
  /** Folders that local paths may lie in; `['/']` = anywhere, `[]` = local paths are refused. */
  readonly localRoots: readonly string[];
  /** Folders below `localRoots` that are refused all the same, e.g. our own data. */
  readonly localForbidden: readonly string[];
}

/** For an installation that only listens on loopback: its user could read all of this anyway. */
export const OPEN_POLICY: FetchPolicy = {
  hosts: 'any',
  privateHosts: 'any',
  localRoots: ['/'],
  localForbidden: [],
};

/** For an installation that others reach: public hosts named one by one, nothing local. */
export function allowListPolicy(hosts: readonly string[]): FetchPolicy {
  return { hosts, privateHosts: [], localRoots: [], localForbidden: [] };
}

/** A host or an address that the policy does not allow. */
export class ForbiddenHostError extends Error {}

export function checkHost(policy: FetchPolicy, url: URL): void {
  const host = bareHost(url);
  if (!listed(policy.hosts, host))
    throw new ForbiddenHostError(`the host ${host} is not in the list of allowed hosts`);
  // A host that is an address is never looked up, so it is judged here.
  if (isIP(host) !== 0 && isPrivateAddress(host) && !listed(policy.privateHosts, host)) {
    throw new ForbiddenHostError(`${host} is a private address`);
  }
}

/**
 * Resolves a name for one connection and leaves out what the policy does not allow. The socket connects to
 * exactly what was checked here, so a name that changes between check and use gains nothing.
 */
export function guardedLookup(
  policy: FetchPolicy,
  resolve: LookupFunction = systemLookup as LookupFunction,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [], 0);
      const all = Array.isArray(found) ? found : [{ address: found, family: isIP(found) }];
      const allowed = listed(policy.privateHosts, hostname)
        ? all
        : all.filter(({ address }) => !isPrivateAddress(address));
      const first = allowed[0];
      if (first === undefined) {
        const addresses = all.map(({ address }) => address).join(', ');
        return callback(new ForbiddenHostError(`${hostname} is the private address ${addresses}`), [], 0);
      }
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function listed(list: HostList, host: string): boolean {
  if (list === 'any') return true;
  const name = host.toLowerCase().replace(/\.$/, '');
  return list.some((entry) => {
    const pattern = entry.toLowerCase();
    return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
  });
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
