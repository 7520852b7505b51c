import type { EventView } from '@openeas/contracts';
import type { EventRecord } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { pageRequest } from '../api/page.js';
import { parseTime, plainTime } from '../api/times.js';
import type { ControlContext } from '../control-context.js';
import { RECEIPT_REASON } from '../receipts/receipt-keeper.js';
import { findService } from './find-service.js';

/** Unless told, the last 7 days (contract 7.8). */
const DEFAULT_WINDOW_MS = 7 * 24 * 3_600_000;

export async function describeServiceEvent(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { query, now } = call;
  const service = await findService(call, context, context.store.read.services);
  const page = pageRequest(query, 'PageNum', 100, 1000);
  const to = parseTime('EndTime', query.text('EndTime'));
  const from = parseTime('StartTime', query.text('StartTime')) ?? (to ?? now) - DEFAULT_WINDOW_MS;
  const instanceName = query.text('InstanceName');
  const type = query.choice('EventType', ['Normal', 'Warning']);
  const { rows, total } = await context.store.read.events.list({
    serviceUid: service.uid,
    offset: page.offset,
    limit: page.size,
    from,
    // Times are written in whole seconds: the one named is meant whole.
    ...(to !== undefined && { to: to + 999 }),
    ...(instanceName !== undefined && { instanceName }),
    ...(type !== undefined && { type }),
  });
  return {
    Events: rows.map(eventView),
    PageNum: page.number,
    TotalCount: total,
    TotalPageNum: Math.ceil(total / page.size),
  };
}

function eventView(event: EventRecord): EventView {
  return {
    Message: JSON.stringify({
      versionId: event.versionId,
      ...messageOf(event),
      availableInstance: event.availableInstance,
      unavailableInstance: event.unavailableInstance,
    }),
    Reason: event.reason,
    Resource: event.instanceName === '' ? 'Service' : 'Pod',
    Time: plainTime(event.time),
    Type: event.type,
  };
}

/** A receipt is kept with its sentence as JSON; everything else is the sentence itself. */
function messageOf({ reason, message }: EventRecord): object {
  if (reason !== RECEIPT_REASON) return { message };
  try {
    return JSON.parse(message) as object;
  } catch {
    return { message };
  }
}
