import { createReadStream } from 'node:fs';

export interface LogLine {
  /** Milliseconds since the epoch; of the line itself, or of the last one before it that carries a time. */
  readonly time: number;
  readonly text: string;
}

const MAX_LINE = 32_768;
const READ_BYTES = 256 * 1024;
const STAMP = /^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?/;

/**
 * The lines of log files in order, a batch for each piece read: a step for each line would cost ten times as
 * much. A file that is rotated away meanwhile is skipped: its lines are in the next file by then, or gone for
 * good. Over-long lines are cut.
 */
export async function* logLines(
  files: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  let time = 0;
  const withTime = (text: string): LogLine => {
    time = timeOf(text) ?? time;
    return { time, text };
  };
  for (const file of files) {
    for await (const texts of textBatches(file, signal)) yield texts.map(withTime);
  }
}

async function* textBatches(file: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  let rest = '';
  const stream = createReadStream(file, { encoding: 'utf8', signal, highWaterMark: READ_BYTES });
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE);
      yield lines.map(clean);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest !== '') yield [clean(rest)];
}

/** Merges sources that are each in order of time; of equal times the earlier source goes first. */
export async function mergeByTime(
  sources: readonly AsyncGenerator<readonly LogLine[]>[],
  take: (line: LogLine, source: number) => void,
): Promise<void> {
  const cursors = sources.map((source, index) => ({ source, index, batch: [] as readonly LogLine[], at: 0 }));
  try {
    for (;;) {
      let first: (typeof cursors)[number] | undefined;
      for (const cursor of cursors) {
        if (cursor.at === cursor.batch.length && !(await refill(cursor))) continue;
        if (first === undefined || timeAt(cursor) < timeAt(first)) first = cursor;
      }
      if (first === undefined) return;
      // The whole batch at once while no other source has a word in it.
      const alone = cursors.length === 1;
      do take(first.batch[first.at++]!, first.index);
      while (alone && first.at < first.batch.length);
    }
  } finally {
    await Promise.all(sources.map((source) => source.return(undefined)));
  }
}

interface Cursor {
  readonly source: AsyncGenerator<readonly LogLine[]>;
  batch: readonly LogLine[];
  at: number;
}

async function refill(cursor: Cursor): Promise<boolean> {
  for (;;) {
    const next = await cursor.source.next();
    if (next.done === true) return false;
    cursor.batch = next.value;
    cursor.at = 0;
    if (cursor.batch.length > 0) return true;
  }
}

function timeAt(cursor: Cursor): number {
  return cursor.batch[cursor.at]!.time;
}

function timeOf(text: string): number | undefined {
  const match = STAMP.exec(text);
  if (match === null) return undefined;
  const time = Date.parse(`${match[1]}T${match[2]}.${(match[3] ?? '0').slice(0, 3)}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function clean(text: string): string {
  const line = text.length > MAX_LINE ? text.slice(0, MAX_LINE) : text;
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
