import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import { loadPmml, ModelError } from '@openeas/pmml';
import type { LoadContext, Model, Processor } from '../port.js';
import { findModelFile } from './model-file.js';
import { PmmlServing } from './pmml-model.js';

const MIB = 1 << 20;
/** Large models take a second or two for so much. */
const TOLD_EVERY = 16 * MIB;

/** `processor: pmml` (contract 8.6), with PAI's default fill of missing values. */
export const pmmlProcessor: Processor = {
  codes: ['pmml'],

  async load(context: LoadContext): Promise<Model> {
    const file = findModelFile(context.modelEntry, context.modelDir);
    context.log(`Reading model ${basename(file)}`);
    const { size } = await stat(file);
    const source = createReadStream(file, { signal: context.signal, highWaterMark: 256 * 1024 });
    try {
      return new PmmlServing(
        await loadPmml(source, { defaultFill: true, onProgress: progress(size, context.log) }),
      );
    } catch (cause) {
      if (!(cause instanceof ModelError)) throw cause;
      throw new OpenEasError('ModelInvalid', { entry: basename(file), reason: cause.message }, { cause });
    } finally {
      source.destroy();
    }
  },
};

/** Tells how far the reading of a large model is. */
function progress(size: number, log: (message: string) => void): (read: number) => void {
  let next = TOLD_EVERY;
  return (read) => {
    if (read < next || read === size) return;
    next = read + TOLD_EVERY;
    log(`Read ${Math.floor(read / MIB)} of ${Math.ceil(size / MIB)} MiB`);
  };
}
