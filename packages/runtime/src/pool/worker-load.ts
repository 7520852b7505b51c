import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type InstanceFailure, OpenEasError } from '@openeas/contracts';
import {
  BUILTIN_PROCESSORS,
  findProcessor,
  type Model,
  type ProcessorEntry,
  type ProcessorRequest,
  processorCodes,
} from '@openeas/processors';
import { isSuccess } from './answers.js';
import type { FromWorker, InfoAnswer, WorkerInit } from './protocol.js';

export interface LoadedModel {
  readonly model: Model;
  readonly info: InfoAnswer | null;
  readonly loadMs: number;
}

/** Loads and warms the model. Sends `failed` and returns undefined where that is not possible. */
export async function loadModel(
  init: WorkerInit,
  context: { send: (message: FromWorker) => void; signal: AbortSignal },
): Promise<LoadedModel | undefined> {
  const { send, signal } = context;
  try {
    const started = performance.now();
    send({ kind: 'phase', phase: 'Loading' });
    const processor = await openProcessor(init).catch((cause: unknown) => {
      if (cause instanceof OpenEasError) throw cause;
      throw new EngineBroken(`The processor ${init.processorCode} cannot start: ${firstLine(cause)}`, {
        cause,
      });
    });
    const model = await processor.load({
      modelEntry: init.modelEntry,
      modelDir: init.modelDir,
      modelConfig: init.modelConfig,
      log: (message) => send({ kind: 'log', message }),
      signal,
    });
    const loadMs = performance.now() - started;
    if (init.warmUpFiles.length > 0) {
      send({ kind: 'phase', phase: 'WarmingUp' });
      await warmUp(model, init.warmUpFiles, signal);
    }
    const info = model.info?.();
    return {
      model,
      info: info === undefined ? null : { ...info, body: Uint8Array.from(info.body) },
      loadMs,
    };
  } catch (error) {
    send({ kind: 'failed', failure: asFailure(error) });
    return undefined;
  }
}

async function openProcessor(init: WorkerInit) {
  const entries: ProcessorEntry[] = [...BUILTIN_PROCESSORS];
  for (const url of init.processorModules) {
    const module = (await import(url)) as { processors: readonly ProcessorEntry[] };
    entries.push(...module.processors);
  }
  const entry = findProcessor(init.processorCode, entries);
  if (entry !== undefined) return entry.open();
  throw new OpenEasError('ProcessorUnknown', {
    code: init.processorCode,
    offered: processorCodes(entries).join(', '),
  });
}

/** How much of a failed warm-up's answer is told. */
const SHOWN_BYTES = 500;

/** The engine's own code could not be imported: no model is to blame. */
class EngineBroken extends Error {}

/** Replays recorded requests; each must succeed, or the instance would serve what it cannot answer. */
async function warmUp(model: Model, files: readonly string[], signal: AbortSignal): Promise<void> {
  for (const file of files) {
    const bodies = recordedBodies(file);
    for (const [index, body] of bodies.entries()) {
      const request: ProcessorRequest = {
        method: 'POST',
        path: '',
        query: '',
        contentType: 'application/octet-stream',
        body,
      };
      let answer: Awaited<ReturnType<Model['process']>>;
      try {
        answer = await model.process(request, signal);
      } catch (error) {
        const status = error instanceof OpenEasError ? error.status : 500;
        throw warmUpFailed(file, index, status, firstLine(error));
      }
      if (isSuccess(answer.status)) continue;
      const text = Buffer.from(answer.body).toString('utf8', 0, SHOWN_BYTES);
      throw warmUpFailed(file, index, answer.status, text.split('\n', 1)[0] ?? '');
    }
  }
}

function warmUpFailed(file: string, index: number, status: number, reason: string): OpenEasError {
  const text = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return new OpenEasError('WarmUpFailed', { request: index + 1, file: basename(file), status, reason: text });
}

/** A `.txt` file holds one request body per line; any other file is one request body. */
function recordedBodies(file: string): readonly Uint8Array[] {
  const bytes = readFileSync(file);
  if (extname(file).toLowerCase() !== '.txt') return [bytes];
  const lines = bytes
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return lines.map((line) => Buffer.from(line));
}

function asFailure(error: unknown): InstanceFailure {
  const message = firstLine(error);
  if (error instanceof EngineBroken) return { fault: 'platform', code: 'InternalError', message };
  if (error instanceof OpenEasError) {
    const fault = error.fault === 'platform' || error.fault === 'dependency' ? 'platform' : 'model';
    return { fault, code: error.code, message };
  }
  return { fault: 'model', code: 'ModelInvalid', message: `The model cannot be loaded: ${message}` };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
