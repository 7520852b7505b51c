import { EasApiError, type EasClient, type LogQuery, listServiceInstances } from '@openeas/sdk';
import { LOG_PAGE_SIZE, pageReader, type ReadPage, readFrom } from './log-reader.js';
import type { Session } from './session.js';

/** How far the log of one run of an instance was read. */
interface Place {
  readonly run: string;
  readonly lines: number;
}

/** The log of one run of an instance: it only grows, unless it is rotated. */
export interface LogSource {
  readonly instance: string;
  /** Differs from one run of the instance to the next. */
  readonly run: string;
  readonly read: ReadPage;
}

/** The logs of the instances that a service has at the moment, or of the one that the query names. */
export function instanceLogs(
  session: Session,
  client: EasClient,
  name: string,
  query: LogQuery,
): () => Promise<readonly LogSource[]> {
  return async () => {
    const { items } = await listServiceInstances(client, name, session.signal);
    return items
      .filter(({ InstanceName }) => query.InstanceName === undefined || InstanceName === query.InstanceName)
      .map(({ InstanceName, StartAt }) => ({
        instance: InstanceName,
        run: StartAt,
        read: pageReader(session, client, name, { ...query, InstanceName }),
      }));
  };
}

/**
 * Reads on in the log of each instance by itself. In the merged log of a service lines vanish with the instances
 * that wrote them, so no place in it stays the same during an update.
 */
export class LogFollower {
  readonly #sources: () => Promise<readonly LogSource[]>;
  #places = new Map<string, Place>();

  constructor(sources: () => Promise<readonly LogSource[]>) {
    this.#sources = sources;
  }

  /** Takes what is there now as read. */
  async skip(): Promise<void> {
    for (const { instance, run, read } of await this.#sources()) {
      const page = await whileThere(read)(1);
      if (page !== undefined) this.#places.set(instance, { run, lines: page.TotalCount });
    }
  }

  /** The lines written since the last call, in order of their time. */
  async next(): Promise<readonly string[]> {
    const sources = await this.#sources();
    const places = new Map<string, Place>();
    const found: { readonly stamp: string; readonly text: string }[] = [];
    for (const { instance, run, read } of sources) {
      const before = this.#places.get(instance);
      const lines = await readOn(read, before?.run === run ? before.lines : 0);
      if (lines === undefined) continue;
      places.set(instance, { run, lines: lines.total });
      let stamp = '';
      for (const text of lines.fresh) {
        stamp = STAMP.exec(text)?.[0] ?? stamp;
        found.push({ stamp, text: sources.length > 1 ? `[${instance}] ${text}` : text });
      }
    }
    this.#places = places;
    return found.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0)).map(({ text }) => text);
  }
}

const STAMP = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*/;

/** What was appended behind `seen` lines; a log that became shorter was rotated and starts anew. */
async function readOn(
  readPage: ReadPage,
  seen: number,
): Promise<{ readonly fresh: readonly string[]; readonly total: number } | undefined> {
  const read = whileThere(readPage);
  const page = await read(Math.floor(seen / LOG_PAGE_SIZE) + 1);
  if (page === undefined) return undefined;
  const from = page.TotalCount < seen ? 0 : seen;
  const fresh = await readFrom(
    async (number) => (await read(number)) ?? { Logs: [], TotalCount: 0 },
    from,
    page.TotalCount,
    LOG_PAGE_SIZE,
  );
  return { fresh, total: from + fresh.length };
}

/** An instance may be gone by the time its log is asked for. */
function whileThere(read: ReadPage): (page: number) => Promise<Awaited<ReturnType<ReadPage>> | undefined> {
  return (page) =>
    read(page).catch((error: unknown) => {
      if (error instanceof EasApiError && error.code === 'InstanceNotFound') return undefined;
      throw error;
    });
}
