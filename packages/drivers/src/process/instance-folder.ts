import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { claimFile, INSTANCE_FILES, type InstanceConfig, type InstanceStatus } from '@openeas/contracts';
import { type ProcessIdentity, writeFileAtomic } from '@openeas/kernel';

/** A claim as the runtime writes it; `pid` 0 = the driver barred the attempt, nobody may run it. */
export type Claim = ProcessIdentity;

/** Ids become folder names: anything that could leave the root is refused. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** A late process of an attempt this far back cannot exist any more. */
const CLAIMS_KEPT = 8;

/** The files of one instance: what the driver and the runtime tell each other, durable over both. */
export class InstanceFolder {
  readonly path: string;
  readonly configFile: string;
  readonly logFile: string;

  /** `name`: the folder's name where it differs from the id. */
  constructor(root: string, instanceId: string, name = instanceId) {
    if (!ID.test(instanceId)) throw new RangeError(`not an instance id: ${JSON.stringify(instanceId)}`);
    this.path = join(root, name);
    this.configFile = join(this.path, INSTANCE_FILES.config);
    this.logFile = join(this.path, INSTANCE_FILES.log);
  }

  create(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
  }

  exists(): boolean {
    return existsSync(this.path);
  }

  config(): InstanceConfig | undefined {
    return readJson(this.configFile) as InstanceConfig | undefined;
  }

  writeConfig(config: InstanceConfig): void {
    writeFileAtomic(this.configFile, `${JSON.stringify(config, null, 2)}\n`, 0o600);
  }

  /** Last status that the process of this attempt wrote. */
  state(attempt: number): InstanceStatus | undefined {
    const status = readJson(join(this.path, INSTANCE_FILES.state)) as InstanceStatus | undefined;
    return status?.attempt === attempt ? status : undefined;
  }

  /**
   * Who took the attempt. A claim that is being written this moment reads as none yet: the writer made the
   * file first and is alive, so the next look sees it.
   */
  claim(attempt: number): Claim | undefined {
    const value = readJson(join(this.path, claimFile(attempt))) as Partial<Claim> | undefined;
    if (typeof value?.pid !== 'number' || typeof value.startTime !== 'string') return undefined;
    return { pid: value.pid, startTime: value.startTime };
  }

  /** When the attempt was claimed, milliseconds since the epoch; undefined = it was not. */
  claimedAt(attempt: number): number | undefined {
    return statSync(join(this.path, claimFile(attempt)), { throwIfNoEntry: false })?.mtimeMs;
  }

  /** Takes the attempt so that no process can: a spawn that is still on its way ends when it sees this. */
  bar(attempt: number): boolean {
    let file: number;
    try {
      file = openSync(join(this.path, claimFile(attempt)), 'wx', 0o600);
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false;
      throw error;
    }
    try {
      writeSync(file, JSON.stringify({ pid: 0, startTime: '' }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return true;
  }

  /** Every attempt that was claimed or barred, lowest first. */
  attempts(): readonly number[] {
    let names: string[];
    try {
      names = readdirSync(this.path);
    } catch (error) {
      if (isCode(error, 'ENOENT')) return [];
      throw error;
    }
    return names
      .map((name) => /^claim-(\d+)\.json$/.exec(name)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  forgetOldClaims(attempt: number): void {
    for (const old of this.attempts()) {
      if (old < attempt - CLAIMS_KEPT) rmSync(join(this.path, claimFile(old)), { force: true });
    }
  }
}

export function isInstanceId(name: string): boolean {
  return ID.test(name);
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** Undefined for a file that is absent, or not whole yet. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}
