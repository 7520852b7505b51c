import type { ModelCompiler } from './contract.js';
import { compileGeneralRegressionModel } from './general-regression/general-regression-model.js';
import { compileRegressionModel } from './regression/regression-model.js';

/** Model elements and what compiles them. A new model type is one line here. */
export const MODELS: ReadonlyMap<string, ModelCompiler> = new Map<string, ModelCompiler>([
  ['RegressionModel', compileRegressionModel],
  ['GeneralRegressionModel', compileGeneralRegressionModel],
]);
