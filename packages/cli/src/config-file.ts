import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import { writeFileAtomic } from '@openeas/kernel';

/** What `eascmd config` keeps. The file is `key=value` lines; no public source tells the original's keys. */
export interface EascmdConfig {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly endpoint: string;
  /** Asked from the server when absent. */
  readonly region?: string | undefined;
}

/** `~/.eas/config` (manual 6.2.1). */
export function eascmdConfigPath(homeDir: string): string {
  return join(homeDir, '.eas', 'config');
}

export function renderEascmdConfig(config: EascmdConfig): string {
  const lines = [
    `access-id=${config.accessKeyId}`,
    `access-key=${config.accessKeySecret}`,
    `endpoint=${config.endpoint}`,
  ];
  if (config.region !== undefined) lines.push(`region=${config.region}`);
  return `${lines.join('\n')}\n`;
}

const KEYS: Readonly<Record<string, keyof EascmdConfig>> = {
  accessid: 'accessKeyId',
  accesskeyid: 'accessKeyId',
  accesskey: 'accessKeySecret',
  accesskeysecret: 'accessKeySecret',
  accesssecret: 'accessKeySecret',
  endpoint: 'endpoint',
  region: 'region',
  regionid: 'region',
};

/**
 * Lenient about spelling (`access_id`, `AccessKeyId`), separators (`=`, `:`), quotes, comments and `[section]`
 * lines, because people write this file by hand; unknown keys are left alone.
 */
export function parseEascmdConfig(text: string): Partial<EascmdConfig> {
  const config: { -readonly [key in keyof EascmdConfig]?: string } = {};
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const match = /^\s*([A-Za-z][\w.-]*)\s*[=:]\s*(.*?)\s*$/.exec(line);
    const key = KEYS[(match?.[1] ?? '').replace(/[-_.]/g, '').toLowerCase()];
    if (key !== undefined) config[key] = (match?.[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
  }
  return config;
}

/** An absent file is an empty configuration. Throws LocalFileUnreadable. */
export function readEascmdConfig(path: string): Partial<EascmdConfig> {
  try {
    return parseEascmdConfig(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new OpenEasError('LocalFileUnreadable', { field: 'configuration', path, reason: String(code) });
  }
}

/** Creates the folder (0700) and replaces the file (0600) in one step. Throws LocalFileNotWritable. */
export function writeEascmdConfig(path: string, config: EascmdConfig): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileAtomic(path, renderEascmdConfig(config), 0o600);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new OpenEasError('LocalFileNotWritable', { path, reason });
  }
}
