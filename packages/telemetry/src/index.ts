export { Histogram, LATENCY_BUCKETS } from './histogram.js';
export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { registerProcessMetrics } from './process-metrics.js';
export {
  Counter,
  createRegistry,
  EXPOSITION_CONTENT_TYPE,
  Gauge,
  type Labels,
  type MetricFamily,
  type MetricKind,
  type Registry,
  type Series,
} from './registry.js';
