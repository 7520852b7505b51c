import type { DeadlineSet } from '@openeas/http1';
import type { AccessLog } from '../access-log.js';
import type { GatewayMetrics } from '../metrics.js';
import type { MirrorBudget } from '../mirror/mirror-budget.js';
import type { CompiledGatewayOptions } from '../options.js';

/** What everything that forwards requests shares. */
export interface ForwardTools {
  readonly options: CompiledGatewayOptions;
  readonly metrics: GatewayMetrics;
  readonly accessLog: AccessLog;
  readonly deadlines: DeadlineSet;
  readonly mirrorBudget: MirrorBudget;
}
