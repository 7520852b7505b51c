import { AGGREGATES } from './aggregates.js';
import { ARITHMETIC } from './arithmetic.js';
import type { FunctionCompiler } from './contract.js';
import { DATES } from './dates.js';
import { FORMAT } from './format.js';
import { LOGIC } from './logic.js';
import { STATISTICS } from './statistics.js';
import { TEXT } from './text.js';

/** The built-in functions of PMML 4.4 by name. */
export const BUILT_IN: ReadonlyMap<string, FunctionCompiler> = new Map(
  Object.entries({ ...ARITHMETIC, ...AGGREGATES, ...LOGIC, ...TEXT, ...DATES, ...FORMAT, ...STATISTICS }),
);
