import { sleep } from '@openeas/kernel';
import { type EasClient, type LogPage, type LogQuery, listServiceLogs } from '@openeas/sdk';
import type { Session } from './session.js';

/** The server's own limit of a page (contract 7.8). */
export const LOG_PAGE_SIZE = 500;
const FOLLOW_MS = 1_000;

/** Reads one page; separate so that the paging can be tested without a server. */
export type ReadPage = (page: number) => Promise<Pick<LogPage, 'Logs' | 'TotalCount'>>;

export function pageReader(session: Session, client: EasClient, name: string, query: LogQuery): ReadPage {
  return (page) =>
    listServiceLogs(client, name, { ...query, PageNum: page, PageSize: LOG_PAGE_SIZE }, session.signal);
}

/** The last `count` lines, and how many lines there are: a log is paged from its oldest line. */
export async function readTail(
  read: ReadPage,
  count: number,
  pageSize = LOG_PAGE_SIZE,
): Promise<{ lines: string[]; total: number }> {
  const first = await read(1);
  const total = first.TotalCount;
  const from = Math.max(0, total - count);
  const again: ReadPage = (page) => (page === 1 ? Promise.resolve(first) : read(page));
  return { lines: await readFrom(again, from, total, pageSize), total };
}

/** Lines `from` (counted from 0) to `to`. Pages may have moved on meanwhile: no line is given twice. */
export async function readFrom(
  read: ReadPage,
  from: number,
  to: number,
  pageSize: number,
): Promise<string[]> {
  const lines: string[] = [];
  for (let page = Math.floor(from / pageSize) + 1; from + lines.length < to; page++) {
    const answer = await read(page);
    const fresh = answer.Logs.slice(Math.max(0, from + lines.length - (page - 1) * pageSize));
    if (fresh.length === 0) break;
    lines.push(...fresh);
  }
  return lines;
}

/** Prints what is appended until the signal aborts. */
export async function followLog(
  session: Session,
  follower: { next(): Promise<readonly string[]> },
  print: (line: string) => void,
): Promise<never> {
  for (;;) {
    await sleep(session.io.clock, FOLLOW_MS, session.signal);
    for (const line of await follower.next()) print(line);
  }
}
