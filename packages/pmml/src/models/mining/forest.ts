import type { CompiledModel, ModelContext } from '../contract.js';
import type { Method, MissingTreatment } from './methods.js';
import type { Segment } from './segments.js';

export function compileForest(
  _context: ModelContext,
  _segments: readonly Segment[],
  _method: Method,
  _treatment: MissingTreatment,
): CompiledModel | undefined {
  return undefined;
}
