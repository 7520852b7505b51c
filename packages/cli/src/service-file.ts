import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import { isLoopbackEndpoint } from '@openeas/sdk';
import type { Session } from './session.js';
import { inspectFile, storeFile } from './store-upload.js';
import { parseJson } from './text/json-syntax.js';

export type ServiceConfig = Record<string, unknown>;

export interface ServiceFile {
  readonly config: ServiceConfig;
  /** What relative paths inside it start from. */
  readonly folder: string;
}

/** Reads a service.json; `-` is stdin. Throws LocalFileUnreadable or LocalFileInvalid. */
export async function readServiceFile(session: Session, name: string): Promise<ServiceFile> {
  const path = name === '-' ? 'stdin' : session.path(name);
  const text = name === '-' ? await readAll(session) : readText(path);
  const shown = name === '-' ? 'stdin' : name;
  const result = parseJson(text);
  if (!result.ok) throw new OpenEasError('LocalFileInvalid', { path: shown, ...result.problem });
  const { value } = result;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const reason = 'a service description is a JSON object: { "name": …, "processor": …, "model_path": … }';
    throw new OpenEasError('LocalFileInvalid', { path: shown, line: 1, column: 1, reason });
  }
  return { config: value as ServiceConfig, folder: name === '-' ? session.path('.') : dirname(path) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new OpenEasError('LocalFileUnreadable', { field: 'service description', path, reason });
  }
}

async function readAll(session: Session): Promise<string> {
  const { stdin } = session.io;
  const stop = (): void => void stdin.destroy();
  session.signal.addEventListener('abort', stop, { once: true });
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    session.signal.throwIfAborted();
    throw new OpenEasError('LocalFileUnreadable', {
      field: 'service description',
      path: 'stdin',
      reason: String(error),
    });
  } finally {
    session.signal.removeEventListener('abort', stop);
  }
}

/** Keys that name a file which the server has to reach. */
const ARTIFACT_KEYS = ['model_path', 'processor_path', 'warm_up_data_path'] as const;

/**
 * Local files that the description names are put into the account's store first, so that a model beside its
 * service.json deploys from any machine. The key holds the content's hash: a version keeps its own bytes.
 * Folders cannot be uploaded; on the server's own machine their absolute path is handed over instead.
 */
export async function uploadLocalFiles(session: Session, file: ServiceFile): Promise<ServiceConfig> {
  const config = { ...file.config };
  for (const key of ARTIFACT_KEYS) {
    const value = config[key];
    if (typeof value !== 'string' || value === '' || isAddress(value)) continue;
    const path = resolve(file.folder, value);
    const kind = kindOf(path);
    if (kind === 'file') {
      const facts = await inspectFile(session, key, path);
      const name = `eascmd/${facts.sha256Hex.slice(0, 16)}/${basename(path)}`;
      const stored = await storeFile(session, facts, name);
      const [verb, preposition] = stored.sent ? ['Uploaded', 'to'] : ['Found', 'at'];
      session.screen.progress(`[OK] ${verb} ${key} [${value}] ${preposition} [${stored.address}]`);
      config[key] = stored.address;
    } else if (kind === 'folder') {
      config[key] = await folderPath(session, key, path);
    } else if (!isAbsolute(value)) {
      // An absolute path may exist on the server; a relative one means nothing there.
      throw new OpenEasError('LocalFileUnreadable', { field: key, path, reason: 'there is no such file' });
    }
  }
  return config;
}

/** For a plan: local files are named by their absolute paths instead of being uploaded. */
export function localPaths(file: ServiceFile): ServiceConfig {
  const config = { ...file.config };
  for (const key of ARTIFACT_KEYS) {
    const value = config[key];
    if (typeof value === 'string' && value !== '' && !isAddress(value)) {
      config[key] = resolve(file.folder, value);
    }
  }
  return config;
}

function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
}

async function folderPath(session: Session, field: string, path: string): Promise<string> {
  const client = await session.client();
  if (isLoopbackEndpoint(client.endpoint)) return path;
  const reason = 'it is a folder and the server is another machine; pack it as tar.gz';
  throw new OpenEasError('LocalFileUnreadable', { field, path, reason });
}

function kindOf(path: string): 'file' | 'folder' | 'none' {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'none';
  return stat.isDirectory() ? 'folder' : 'file';
}

/** Texts even when they look like numbers. */
const TEXT_KEYS = new Set([
  'name',
  'token',
  'processor',
  'model_path',
  'model_entry',
  'model_config',
  'processor_path',
  'processor_entry',
  'processor_mainclass',
  'metadata.resource',
  'metadata.cuda',
]);

/**
 * `metadata.instance=10` → `{ metadata: { instance: 10 } }`, merged into `config`; the rest of a longer key stays
 * dotted, as the manual writes `metadata: {"rpc.keepalive": …}`. Values are JSON where they are JSON, else text.
 */
export function applyDefinitions(config: ServiceConfig, definitions: readonly string[]): ServiceConfig {
  const merged = structuredClone(config);
  for (const definition of definitions) {
    const [, key, text] = /^([\w.@/-]+)=(.*)$/s.exec(definition) ?? [];
    if (key === undefined || text === undefined || /^\.|\.\.|\.$/.test(key)) {
      const expected = 'KEY=VALUE, for example -Dmetadata.instance=2';
      throw new OpenEasError('InvalidParameter', {
        field: '-D',
        value: JSON.stringify(definition),
        expected,
      });
    }
    const value = TEXT_KEYS.has(key) ? text : definedValue(text);
    const [head = '', ...rest] = key.split('.');
    if (rest.length > 0 && !isSection(merged[head])) merged[head] = {};
    setKey(merged, key, value);
  }
  return merged;
}

/** Descends as long as the description is nested already, so that a key is never there in two forms. */
function setKey(section: ServiceConfig, key: string, value: unknown): void {
  for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
    const inner = section[key.slice(0, dot)];
    if (isSection(inner)) {
      setKey(inner, key.slice(dot + 1), value);
      return;
    }
  }
  section[key] = value;
}

function isSection(value: unknown): value is ServiceConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function definedValue(text: string): unknown {
  const result = parseJson(text);
  // A long id of digits would lose its last ones as a number.
  if (result.ok && !(typeof result.value === 'number' && String(result.value) !== text.trim()))
    return result.value;
  return text;
}
