import { OpenEasError } from '@openeas/contracts';
import type { InstanceRecord, ServiceRecord } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { pageRequest } from '../api/page.js';
import { invalid, type QueryParameters } from '../api/parameters.js';
import { parseTime } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
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
  const streams: AsyncGenerator<LogLine>[] = [];
  for (const instance of instances) {
    const files = await context.driver.logFiles(instance.id, previous);
    // Several instances in one list: each line says whose it is.
    const prefix = instances.length > 1 ? `[${instance.name}] ` : '';
    streams.push(prefixed(logLines(files, signal), prefix));
  }
  const lines: string[] = [];
  let total = 0;
  for await (const line of mergeByTime(streams)) {
    if (!matches(line)) continue;
    if (total >= page.offset && lines.length < page.size) lines.push(line.text);
    total++;
  }
  return { Logs: lines, PageNum: page.number, TotalCount: total, TotalPageNum: Math.ceil(total / page.size) };
}

async function chosenInstances(
  service: ServiceRecord,
  query: QueryParameters,
  context: ControlContext,
): Promise<readonly InstanceRecord[]> {
  if (query.has('ContainerName')) {
    throw invalid(
      'ContainerName',
      query.text('ContainerName'),
      'nothing: instances here are not made of containers',
    );
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

async function* prefixed(lines: AsyncGenerator<LogLine>, prefix: string): AsyncGenerator<LogLine> {
  for await (const { time, text } of lines) yield { time, text: prefix + text };
}
