import type { EventReader, EventRecord, InstanceRecord } from '@openeas/store';

/** Events that tell how a run of an instance ended. */
const ENDINGS: ReadonlySet<string> = new Set([
  'InstanceFailed',
  'InstanceCrashed',
  'RestartedInPlace',
  'StoppedFromOutside',
]);
/** An instance that crashes again and again tells little else. */
const EVENTS_READ = 50;

/**
 * How the run before the present one ended. The row of an instance has the words of its present run only, so the
 * event is what is left of the one before; undefined when there was none, or it is forgotten.
 */
export async function lastRun(
  { serviceUid, name, restartCount }: InstanceRecord,
  events: EventReader,
): Promise<EventRecord | undefined> {
  if (restartCount === 0) return undefined;
  const { rows } = await events.list({ serviceUid, instanceName: name, offset: 0, limit: EVENTS_READ });
  return rows.find(({ reason }) => ENDINGS.has(reason));
}
