import type { EasClient } from '@openeas/sdk';

export interface LifecycleContext {
  readonly client: EasClient;
  readonly name: string;
  readonly other: string;
  /** Path of the model. */
  readonly model: string;
}

export interface PhaseAnswer {
  readonly ReceiptId?: string;
  /** The service that the receipt is kept with. */
  readonly service: string;
}

export interface LifecyclePhase {
  readonly name: string;
  readonly run: () => Promise<PhaseAnswer>;
}

export interface Receipt {
  readonly total: {
    readonly accepted: number;
    readonly answered2xx: number;
    readonly failed: number;
    readonly redispatched: number;
  };
  readonly incomplete: string;
}

export function lifecyclePhases(context: LifecycleContext): readonly LifecyclePhase[];
export function receiptOf(client: EasClient, answer: PhaseAnswer): Promise<Receipt | undefined>;
export function settle(
  client: EasClient,
  name: string,
  fits?: (service: { RunningInstance: number; CurrentVersion: number }) => boolean,
  status?: string,
): Promise<unknown>;
export function poll<T>(what: string, look: () => Promise<T>, withinMs?: number): Promise<T>;
