import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import {
  createEasClient,
  createOssClient,
  type EasClient,
  listRegions,
  type OssClient,
  parseEndpoint,
  type RetryPolicy,
  regionOfEndpoint,
} from '@openeas/sdk';
import { eascmdConfigPath, readEascmdConfig } from './config-file.js';
import type { EascmdIo } from './io.js';
import type { OutputFormat, Screen } from './screen.js';
import { VERSION } from './version.js';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly accessId?: string;
  readonly accessKey?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly yes?: boolean;
  readonly output: OutputFormat;
}

export const DEFAULT_ENDPOINT = '127.0.0.1:7300';

/** Who calls which server: command line over configuration file over environment. */
export interface Connection {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly endpoint: string;
  readonly region: string | undefined;
}

/** One run of one command. */
export interface Session {
  readonly io: EascmdIo;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  readonly options: GlobalOptions;
  /** An absolute path for a file name that the user wrote. */
  path(name: string): string;
  readonly configPath: string;
  /** Connected on first use; its region comes from the options, the endpoint, or the server. */
  client(patience?: AbortSignal): Promise<EasClient>;
  objectStore(): OssClient;
  close(): void;
}

export function openSession(
  io: EascmdIo,
  screen: Screen,
  signal: AbortSignal,
  options: GlobalOptions,
  retry?: RetryPolicy,
): Session {
  const path = (name: string): string => {
    const home = name === '~' || name.startsWith('~/');
    return resolve(io.cwd ?? process.cwd(), home ? `${io.homeDir || homedir()}${name.slice(1)}` : name);
  };
  const configPath = options.config === undefined ? eascmdConfigPath(io.homeDir) : path(options.config);
  let connection: Connection | undefined;
  let client: Promise<EasClient> | undefined;
  const connect = (): Connection => {
    connection ??= resolveConnection(options, io.env, configPath);
    return connection;
  };

  async function connectClient(patience: AbortSignal): Promise<EasClient> {
    const target = connect();
    const userAgent = `eascmd/${VERSION}`;
    const shared = { ...target, clock: io.clock, ids: io.ids, userAgent, retry };
    const region = target.region ?? regionOfEndpoint(parseEndpoint(target.endpoint));
    if (region !== undefined) return createEasClient({ ...shared, regionId: region });
    const asking = createEasClient({ ...shared, regionId: 'unknown' });
    try {
      const [first] = await listRegions(asking, patience);
      return createEasClient({ ...shared, regionId: first ?? 'local' });
    } finally {
      asking.close();
    }
  }

  return {
    io,
    screen,
    signal,
    options,
    path,
    configPath,
    client(patience = signal) {
      client ??= connectClient(patience);
      return client;
    },
    objectStore: () => createOssClient({ ...connect(), clock: io.clock, ids: io.ids, retry }),
    close() {
      client?.then(
        (open) => open.close(),
        () => undefined,
      );
    },
  };
}

export function resolveConnection(
  options: GlobalOptions,
  env: EascmdIo['env'],
  configPath: string,
): Connection {
  const file = readEascmdConfig(configPath);
  const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
  const accessKeyId =
    given(options.accessId) ?? given(file.accessKeyId) ?? given(env.ALIBABA_CLOUD_ACCESS_KEY_ID);
  const accessKeySecret =
    given(options.accessKey) ?? given(file.accessKeySecret) ?? given(env.ALIBABA_CLOUD_ACCESS_KEY_SECRET);
  if (accessKeyId === undefined || accessKeySecret === undefined) {
    throw new OpenEasError('CredentialsMissing', { path: configPath });
  }
  const endpoint =
    given(options.endpoint) ?? given(file.endpoint) ?? given(env.OPENEAS_LISTEN) ?? DEFAULT_ENDPOINT;
  // The file's region belongs to the file's endpoint.
  const fileRegion = options.endpoint === undefined ? given(file.region) : undefined;
  return { accessKeyId, accessKeySecret, endpoint, region: given(options.region) ?? fileRegion };
}
