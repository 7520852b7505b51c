import type { ServiceDescription } from './service-description.js';

/** File names inside an instance's own folder. */
export const INSTANCE_FILES = {
  config: 'instance.json',
  state: 'state.json',
  log: 'instance.log',
} as const;

/** Created with O_EXCL by the process that takes attempt `n`: of two processes only one can run. */
export function claimFile(attempt: number): string {
  return `claim-${attempt}.json`;
}

/** `instance.json` (0600): everything a runtime needs to serve; written by the driver or by hand. */
export interface InstanceConfig {
  readonly instanceId: string;
  /** Shown to people, e.g. `demo-7c9f4b-1`. */
  readonly instanceName: string;
  /** Grows with every start of this instance; with the id and the secret it is the instance's identity. */
  readonly attempt: number;
  /** Bearer secret of the admin port. */
  readonly secret: string;
  readonly gatewayKey: string;
  readonly serviceName: string;
  readonly serviceUid: string;
  readonly version: number;
  readonly region: string;
  /** '' = open. */
  readonly token: string;
  readonly listen: { readonly host: string /** 0 = any free port. */; readonly port: number };
  readonly description: ServiceDescription;
  /** Folder that holds the unpacked model, and the entry handed to the processor, both absolute. */
  readonly modelDir: string | null;
  readonly modelEntry: string | null;
  readonly processorDir: string | null;
  /** Absolute paths of recorded requests, replayed before ready. */
  readonly warmUpFiles: readonly string[];
  /** Largest request body, bytes. */
  readonly maxBodyBytes: number;
}

export const INSTANCE_PHASES = [
  'Starting', // process runs, model not read yet
  'Loading', // model is being loaded
  'WarmingUp', // recorded requests are being replayed
  'Ready', // serves
  'Draining', // answers what it has, takes nothing new
  'Stopped', // ended as asked
  'Failed', // ended, or about to end, because of `failure`
] as const;
export type InstancePhase = (typeof INSTANCE_PHASES)[number];

/** `state.json`, and each line of the admin port's `/admin/watch`. */
export interface InstanceStatus {
  readonly instanceId: string;
  readonly attempt: number;
  readonly pid: number;
  /** See ProcessIdentity.startTime in @openeas/kernel. */
  readonly startTime: string;
  readonly phase: InstancePhase;
  /** Address of the data port, wildcards included; absent from runtimes of before. */
  readonly host?: string;
  /** 0 until listening. */
  readonly port: number;
  readonly adminPort: number;
  readonly message: string;
  readonly failure: InstanceFailure | null;
  /** Requests accepted and not yet answered, queued ones included. */
  readonly inFlight: number;
  readonly queued: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

export interface InstanceFailure {
  /** `model` = will fail again unchanged; the others may pass after a restart. */
  readonly fault: 'model' | 'platform' | 'processor';
  readonly code: string;
  readonly message: string;
}
