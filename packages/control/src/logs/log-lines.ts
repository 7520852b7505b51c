import { createReadStream } from 'node:fs';

export interface LogLine {
  /** Milliseconds since the epoch; of the line itself, or of the last one before it that carries a time. */
  readonly time: number;
  readonly text: string;
}

const MAX_LINE = 32_768;
const STAMP = /^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z?)/;

/**
 * The lines of log files in order. A file that is rotated away meanwhile is skipped: its lines are in the
 * next file by then, or gone for good. Over-long lines are cut.
 */
export async function* logLines(files: readonly string[], signal: AbortSignal): AsyncGenerator<LogLine> {
  let time = 0;
  for (const file of files) {
    for await (const text of linesOf(file, signal)) {
      time = timeOf(text) ?? time;
      yield { time, text };
    }
  }
}

async function* linesOf(file: string, signal: AbortSignal): AsyncGenerator<string> {
  let rest = '';
  const stream = createReadStream(file, { encoding: 'utf8', signal });
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE);
      for (const line of lines) yield clean(line);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest !== '') yield clean(rest);
}

/** Merges streams that are each in order of time; of equal times the earlier stream goes first. */
export async function* mergeByTime(streams: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, next: await stream.next() })));
  try {
    for (;;) {
      let first: (typeof heads)[number] | undefined;
      for (const head of heads) {
        if (head.next.done === true) continue;
        if (first === undefined || head.next.value.time < (first.next.value as LogLine).time) first = head;
      }
      if (first === undefined) return;
      yield first.next.value as LogLine;
      first.next = await first.stream.next();
    }
  } finally {
    await Promise.all(streams.map((stream) => stream.return(undefined)));
  }
}

function timeOf(text: string): number | undefined {
  const match = STAMP.exec(text);
  if (match === null) return undefined;
  const time = Date.parse(`${match[1]}T${match[2]}.${(match[3] ?? '0').slice(0, 3)}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function clean(text: string): string {
  return text.slice(0, MAX_LINE).replace(/\r$/, '');
}
