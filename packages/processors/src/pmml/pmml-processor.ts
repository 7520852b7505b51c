import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { OpenEasError } from '@openeas/contracts';
import { loadPmml, ModelError } from '@openeas/pmml';
import type { LoadContext, Model, Processor } from '../port.js';
import { findModelFile } from './model-file.js';
import { PmmlServing } from './pmml-model.js';

/** `processor: pmml` (contract 8.6), with PAI's default fill of missing values. */
export const pmmlProcessor: Processor = {
  codes: ['pmml'],

  async load(context: LoadContext): Promise<Model> {
    const file = findModelFile(context.modelEntry, context.modelDir);
    context.log(`Reading model ${basename(file)}`);
    const source = createReadStream(file, { signal: context.signal, highWaterMark: 256 * 1024 });
    try {
      return new PmmlServing(await loadPmml(source, { defaultFill: true }));
    } catch (cause) {
      if (!(cause instanceof ModelError)) throw cause;
      throw new OpenEasError('ModelInvalid', { entry: basename(file), reason: cause.message }, { cause });
    } finally {
      source.destroy();
    }
  },
};
