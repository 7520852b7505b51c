import { OpenEasError } from '@openeas/contracts';
import type { InstanceRecord, ServiceRecord } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { pageRequest } from '../api/page.js';
import { invalid, type QueryParameters } from '../api/parameters.js';
import { parseTime } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
import { CONTAINER } from '../instances/containers.js';
import { findService } from '../services/find-service.js';
import { type LogLine, logLines, mergeByTime } from './log-lines.js';

/** Longest scan of log files for one page. */
const SCAN_LIMIT_MS = 20_000;

/** Pages count from the oldest line, so that the numbers of lines do not move while a log grows. */
export async function describeServiceLog(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { query } = call;
  const service = await findService(call, context, context.store.read.services);
  const page = pageRequest(query, 'PageNum', 500, 5000);
  const matches = lineFilter(query);
  const instances = await chosenInstances(service, query, context);
  const previous = query.flag('Previous') ?? false;
  const signal = AbortSignal.timeout(SCAN_LIMIT_MS);
  const sources: AsyncGenerator<readonly LogLine[]>[] = [];
  for (const { id } of instances) {
    sources.push(logLines(await context.driver.logFiles(id, previous), signal));
  }
  const lines: string[] = [];
  let total = 0;
  const take = (line: LogLine, source: number): void => {
    if (!matches(line)) return;
    if (total >= page.offset && lines.length < page.size) {
      // Several instances in one list: each line says whose it is.
      lines.push(instances.length > 1 ? `[${instances[source]?.name}] ${line.text}` : line.text);
    }
    total++;
  };
  try {
    await mergeByTime(sources, take);
  } catch (error) {
    if (!signal.aborted) throw error;
    const facts = { name: service.name, seconds: SCAN_LIMIT_MS / 1000 };
    throw new OpenEasError('LogSearchTooLong', facts, { cause: error });
  }
  return { Logs: lines, PageNum: page.number, TotalCount: total, TotalPageNum: Math.ceil(total / page.size) };
}

async function chosenInstances(
  service: ServiceRecord,
  query: QueryParameters,
  context: ControlContext,
): Promise<readonly InstanceRecord[]> {
  const container = query.text('ContainerName');
  if (container !== undefined && container !== CONTAINER) {
    throw invalid('ContainerName', container, `${CONTAINER}, the one process of an instance`);
  }
  const name = query.text('InstanceName');
  const ip = query.text('Ip');
  const all = await context.store.read.instances.listByService(service.uid);
  const chosen = all.filter(
    (instance) =>
      (name === undefined || instance.name === name || instance.id === name) &&
      (ip === undefined || instance.host === ip),
  );
  if (name !== undefined && chosen.length === 0) {
    throw new OpenEasError('InstanceNotFound', { name: service.name, instance: name });
  }
  return chosen;
}

/** Lines that carry no time of their own belong to the one before them. */
function lineFilter(query: QueryParameters): (line: LogLine) => boolean {
  const from = parseTime('StartTime', query.text('StartTime'));
  const to = parseTime('EndTime', query.text('EndTime'));
  const keyword = query.text('Keyword');
  return ({ time, text }) =>
    (from === undefined || time >= from) &&
    (to === undefined || time <= to + 999) &&
    (keyword === undefined || text.includes(keyword));
}
