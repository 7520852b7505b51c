import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The program or part that speaks, e.g. `control`. */
  readonly name: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `json` = one object a line, for machines; `text` = `2026-11-21T08:00:00.000Z INFO message key=value`. */
  readonly format: 'json' | 'text';
  /** Receives whole lines; standard output unless given. */
  readonly write?: (line: string) => void;
}

export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const settings = {
    name: options.name,
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const line = options.format === 'json' ? write : (json: string) => write(asText(json));
  return pino(settings, { write: line });
}

function asText(json: string): string {
  const { time, level, msg, name: _name, err, ...facts } = JSON.parse(json) as Record<string, unknown>;
  const pairs = Object.entries(facts).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const stack = err === undefined ? '' : `\n${(err as { stack?: string }).stack ?? JSON.stringify(err)}`;
  const head = `${String(time)} ${String(level).toUpperCase()} ${String(msg ?? '')}`;
  return `${[head.trimEnd(), ...pairs].join(' ')}${stack}\n`;
}
