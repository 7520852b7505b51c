import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { eascmdConfigPath, renderEascmdConfig } from '@openeas/cli';
import type { HomeLayout } from '@openeas/contracts';
import { writeFileAtomic } from '@openeas/kernel';
import type { Settings } from './settings.js';

/** `credentials.json` (0600): the root account's AccessKey, for the operator. */
export interface RootCredentials {
  readonly AccountUid: string;
  readonly AccessKeyId: string;
  readonly AccessKeySecret: string;
}

/**
 * Keeps the key where its owner finds it, and as the eascmd configuration unless there is one.
 * The store is the truth; a file lost between two starts is written again.
 */
export function saveRootCredentials(
  layout: HomeLayout,
  settings: Settings,
  root: { account: { uid: string }; accessKey: { id: string; secret: string } },
): void {
  const credentials: RootCredentials = {
    AccountUid: root.account.uid,
    AccessKeyId: root.accessKey.id,
    AccessKeySecret: root.accessKey.secret,
  };
  if (readRootCredentials(layout)?.AccessKeyId !== credentials.AccessKeyId) {
    writeFileAtomic(layout.credentials, `${JSON.stringify(credentials, null, 2)}\n`, 0o600);
  }
  const configFile = eascmdConfigPath(homedir());
  if (!existsSync(configFile)) {
    mkdirSync(dirname(configFile), { recursive: true, mode: 0o700 });
    const config = {
      accessKeyId: root.accessKey.id,
      accessKeySecret: root.accessKey.secret,
      endpoint: settings.publicUrl,
    };
    writeFileAtomic(configFile, renderEascmdConfig(config), 0o600);
  }
}

export function readRootCredentials(layout: HomeLayout): RootCredentials | undefined {
  try {
    return JSON.parse(readFileSync(layout.credentials, 'utf8')) as RootCredentials;
  } catch {
    return undefined;
  }
}
