import type { Registry } from './registry.js';

/** Memory and CPU time of this process, under the names that Prometheus clients use. */
export function registerProcessMetrics(registry: Registry): void {
  registry.gauge('process_resident_memory_bytes', 'Resident memory.', {}, () => process.memoryUsage.rss());
  registry.counter('process_cpu_seconds_total', 'CPU time used, user and system.', {}, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
}
