import { Histogram } from './histogram.js';
import type { MetricFamily, Series } from './registry.js';

/** Prometheus text exposition format 0.0.4, families in the order of their declaration. */
export function renderFamilies(families: readonly MetricFamily[]): string {
  const lines: string[] = [];
  for (const family of families) {
    lines.push(
      `# HELP ${family.name} ${family.help.replace(/[\\\n]/g, (c) => (c === '\n' ? '\\n' : '\\\\'))}`,
    );
    lines.push(`# TYPE ${family.name} ${family.kind}`);
    for (const series of family.series.values()) renderSeries(lines, family.name, series);
  }
  return `${lines.join('\n')}\n`;
}

function renderSeries(lines: string[], name: string, series: Series): void {
  const { handle, labelText } = series;
  if (!(handle instanceof Histogram)) {
    lines.push(`${name}${labelText} ${number(handle.value)}`);
    return;
  }
  const cumulative = handle.cumulative();
  handle.bounds.forEach((bound, index) => {
    lines.push(`${name}_bucket${withLabel(labelText, `le="${number(bound)}"`)} ${cumulative[index]}`);
  });
  lines.push(`${name}_bucket${withLabel(labelText, 'le="+Inf"')} ${handle.count}`);
  lines.push(`${name}_sum${labelText} ${number(handle.sum)}`);
  lines.push(`${name}_count${labelText} ${handle.count}`);
}

function withLabel(labelText: string, extra: string): string {
  return labelText === '' ? `{${extra}}` : `${labelText.slice(0, -1)},${extra}}`;
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
