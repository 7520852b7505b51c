import { join } from 'node:path';
import { createObjectStore, type ObjectStore } from '@openeas/artifacts';
import { type Clock, type Ids, randomIds, systemClock } from '@openeas/kernel';
import { openSqliteStore, type ServiceRecord, type Store } from '@openeas/store';
import { createLogger } from '@openeas/telemetry';
import { onTestFinished } from 'vitest';
import { ensureRootAccount } from '../accounts/root-account.js';
import { type ControlServer, createControlServer } from '../control-server.js';
import type { ControlServerOptions } from '../control-server-options.js';
import { type ClientAnswer, type ClientRequest, SigningClient } from './signing-client.js';

export const REGION = 'local';
export const INTERNAL_KEY = 'internal-key-of-the-test';
export const PUBLIC_ADDRESS = 'http://127.0.0.1:7300';
export const DEMO = {
  name: 'demo',
  processor: 'pmml',
  model_path: 'http://models/heart.pmml',
  token: 'demo-token',
  metadata: { instance: 2, cpu: 1, memory: 256 },
} as const;

/** A control server on a real socket with a real store; closed when the test ends. */
export class ControlHarness {
  private constructor(
    /** Paths by instance id; of the run before by `id previous`. */
    readonly logFiles: Map<string, readonly string[]>,
    /** What the server logged, a JSON object each. */
    readonly logLines: readonly string[],
    readonly folder: string,
    readonly store: Store,
    readonly objects: ObjectStore,
    readonly client: SigningClient,
    readonly server: ControlServer,
    readonly accountUid: string,
    readonly options: ControlServerOptions,
  ) {}

  static async start(
    folder: string,
    changes: Partial<ControlServerOptions> & { clock?: Clock; ids?: Ids } = {},
  ): Promise<ControlHarness> {
    const clock = changes.clock ?? systemClock;
    const ids = changes.ids ?? randomIds;
    const store = await openSqliteStore({ path: join(folder, 'openeas.db'), clock });
    onTestFinished(() => store.close());
    const objects = createObjectStore({ root: join(folder, 'objects'), clock });
    const { account, accessKey } = await ensureRootAccount(store, ids, clock);
    const logFiles = new Map<string, readonly string[]>();
    const logLines: string[] = [];
    const options: ControlServerOptions = {
      store,
      objects,
      clock,
      ids,
      driver: {
        logFiles: async (id, previous) => logFiles.get(previous ? `${id} previous` : id) ?? [],
      },
      log: createLogger({
        name: 'control',
        level: 'info',
        format: 'json',
        write: (line) => void logLines.push(line),
      }),
      region: REGION,
      publicAddress: () => PUBLIC_ADDRESS,
      internalKey: INTERNAL_KEY,
      serviceKeySecret: 'secret of the service keys',
      processors: ['pmml'],
      capacity: { cpu: 4, memory: 4096 },
      version: '0.1.0-test',
      ...changes,
    };
    const server = createControlServer(options);
    onTestFinished(() => server.close());
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    return new ControlHarness(
      logFiles,
      logLines,
      folder,
      store,
      objects,
      new SigningClient(address, accessKey),
      server,
      account.uid,
      options,
    );
  }

  /** Calls an action; `name` is the service of the path. */
  call(
    action: string,
    request: Omit<ClientRequest, 'action' | 'path' | 'method'> & { method: string; path: string },
  ): Promise<ClientAnswer> {
    return this.client.acs3({ ...request, action });
  }

  create(description: object = DEMO, query: Readonly<Record<string, string>> = {}): Promise<ClientAnswer> {
    return this.call('CreateService', { method: 'POST', path: '/api/v2/services', query, body: description });
  }

  describe(name = 'demo'): Promise<ClientAnswer> {
    return this.call('DescribeService', { method: 'GET', path: servicePath(name) });
  }

  update(patch: object, query: Readonly<Record<string, string>> = {}, name = 'demo'): Promise<ClientAnswer> {
    return this.call('UpdateService', { method: 'PUT', path: servicePath(name), query, body: patch });
  }

  async service(name = 'demo'): Promise<ServiceRecord> {
    const service = await this.store.read.services.getByName(name);
    if (service === undefined) throw new Error(`there is no service ${name}`);
    return service;
  }

  /** What the reconciler would say of it. */
  async reach(state: ServiceRecord['state'], name = 'demo'): Promise<void> {
    const { uid, generation } = await this.service(name);
    await this.store.transaction(async (tx) => {
      await tx.services.update(uid, { observedGeneration: generation });
      await tx.services.setState(uid, {
        to: state,
        reason: state,
        message: `It is ${state}`,
        now: Date.now(),
      });
    });
  }
}

export function servicePath(name: string, rest = ''): string {
  return `/api/v2/services/${REGION}/${name}${rest}`;
}
