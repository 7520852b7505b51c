import type { Processor } from './port.js';

/**
 * One processor that can be named in service.json. `open` imports its engine only when a worker needs it:
 * the thread that serves sockets knows the codes and never pays for an engine.
 */
export interface ProcessorEntry {
  /** Values of `processor` that mean this one (contract 8.6). */
  readonly codes: readonly string[];
  open(): Promise<Processor>;
}

export const BUILTIN_PROCESSORS: readonly ProcessorEntry[] = [
  { codes: ['pmml'], open: async () => (await import('./pmml/pmml-processor.js')).pmmlProcessor },
];

/** The entry that answers to `code`, or undefined. Later entries win, so that a list can be extended. */
export function findProcessor(
  code: string,
  entries: readonly ProcessorEntry[] = BUILTIN_PROCESSORS,
): ProcessorEntry | undefined {
  return entries.findLast((entry) => entry.codes.includes(code));
}

/** Every code on offer, sorted. */
export function processorCodes(entries: readonly ProcessorEntry[] = BUILTIN_PROCESSORS): readonly string[] {
  return entries.flatMap((entry) => entry.codes).sort();
}
