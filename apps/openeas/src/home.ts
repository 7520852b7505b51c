import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type HomeLayout, OpenEasError } from '@openeas/contracts';
import { isAlive, type ProcessIdentity, processIdentity, writeFileAtomic } from '@openeas/kernel';

/** Creates the folders of the installation, private to its user. Fails with HomeNotWritable. */
export function prepareHome(layout: HomeLayout): void {
  const folders = [
    layout.home,
    layout.data,
    layout.artifacts,
    layout.objects,
    layout.instances,
    layout.run,
    layout.logs,
  ];
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new OpenEasError('HomeNotWritable', { path: folder, reason: reasonOf(error) }, { cause: error });
    }
  }
  chmodSync(layout.home, 0o700);
}

/** The secret that control and gateway share; made once. */
export function internalKey(layout: HomeLayout): string {
  return secretIn(layout.internalKey);
}

/** What the key pairs of services are made from; made once, and part of a backup. */
export function serviceKeySecret(layout: HomeLayout): string {
  return secretIn(layout.serviceKeys);
}

function secretIn(path: string): string {
  try {
    // wx: of two programs that start at once, one makes the key and both read it.
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
}

/** What a running program tells the others: who it is and where it listens. */
export interface ProgramRecord extends ProcessIdentity {
  readonly host: string;
  readonly port: number;
  readonly version: string;
}

export function writeProgramRecord(
  path: string,
  address: { host: string; port: number },
  version: string,
): void {
  const self = processIdentity(process.pid);
  writeFileAtomic(
    path,
    JSON.stringify({ pid: process.pid, startTime: self?.startTime ?? '', ...address, version }),
  );
}

export function removeProgramRecord(path: string): void {
  if (readProgramRecord(path)?.pid === process.pid) rmSync(path, { force: true });
}

/** The record at `path`, whether or not its process is still alive; undefined when there is none to read. */
export function readProgramRecord(path: string): ProgramRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProgramRecord;
  } catch {
    return undefined;
  }
}

/** The record of a program that is alive now. */
export function liveProgram(path: string): ProgramRecord | undefined {
  const record = readProgramRecord(path);
  return record !== undefined && isAlive(record) ? record : undefined;
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a file is in the way';
  if (code === 'ENOSPC') return 'the disk is full';
  return String(code ?? error);
}
