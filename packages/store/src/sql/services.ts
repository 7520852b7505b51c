import { ERROR_CATALOGUE, OpenEasError } from '@openeas/contracts';
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type {
  Page,
  ServiceQuery,
  ServiceReader,
  ServiceRecord,
  ServiceWriter,
  StateChange,
} from '../port.js';
import { contains } from './contains.js';
import type { ReadContext, WriteContext } from './context.js';
import { eventWriter, trimEventsOfDeleted } from './events.js';
import { servicePatchRow, serviceRecord, serviceRow, type Tables } from './tables.js';

const SORT_COLUMNS = {
  CreateTime: 'createdAt',
  UpdateTime: 'updatedAt',
  ServiceName: 'name',
  Status: 'state',
} as const;

export function serviceReader({ db }: ReadContext): ServiceReader {
  async function one(column: 'uid' | 'name', value: string): Promise<ServiceRecord | undefined> {
    const row = await db.selectFrom('services').selectAll().where(column, '=', value).executeTakeFirst();
    return row && serviceRecord(row);
  }
  return {
    get: (uid) => one('uid', uid),
    getByName: (name) => one('name', name),
    async list(query = {}): Promise<Page<ServiceRecord>> {
      const matches = (eb: ExpressionBuilder<Tables, 'services'>): Expression<SqlBool> =>
        eb.and(conditions(eb, query));
      const order = query.order ?? 'desc';
      let rows = db
        .selectFrom('services')
        .selectAll()
        .where(matches)
        .orderBy(SORT_COLUMNS[query.sort ?? 'CreateTime'], order)
        // Rows made in the same millisecond need an order too, or pages would overlap.
        .orderBy('uid', order);
      if (query.limit !== undefined) rows = rows.limit(query.limit);
      else if (query.offset !== undefined) rows = rows.limit(Number.MAX_SAFE_INTEGER);
      if (query.offset !== undefined) rows = rows.offset(query.offset);
      const found = (await rows.execute()).map(serviceRecord);
      if (query.limit === undefined && query.offset === undefined)
        return { rows: found, total: found.length };
      const { total } = await db
        .selectFrom('services')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .where(matches)
        .executeTakeFirstOrThrow();
      return { rows: found, total: Number(total) };
    },
  };
}

function conditions(
  eb: ExpressionBuilder<Tables, 'services'>,
  query: ServiceQuery,
): readonly Expression<SqlBool>[] {
  const all: Expression<SqlBool>[] = [];
  if (query.accountUid !== undefined) all.push(eb('accountUid', '=', query.accountUid));
  if (query.callerUid !== undefined) all.push(eb('callerUid', '=', query.callerUid));
  if (query.name !== undefined) all.push(eb('name', '=', query.name));
  if (query.uid !== undefined) all.push(eb('uid', '=', query.uid));
  if (query.filter !== undefined && query.filter !== '') {
    all.push(contains(eb.ref('name'), query.filter));
  }
  if (query.states !== undefined) {
    all.push(query.states.length === 0 ? sql<SqlBool>`1 = 0` : eb('state', 'in', query.states));
  }
  if (query.entry !== undefined) all.push(eb('entry', '=', query.entry));
  if (query.serviceGroup !== undefined) all.push(eb('serviceGroup', '=', query.serviceGroup));
  if (query.released !== undefined) all.push(eb('released', '=', Number(query.released)));
  if (query.workspaceId !== undefined) {
    const inWorkspace = eb('workspaceId', '=', query.workspaceId);
    all.push(
      query.includeNoWorkspace === true ? eb.or([inWorkspace, eb('workspaceId', '=', '')]) : inWorkspace,
    );
  }
  for (const [key, value] of Object.entries(query.labels ?? {})) {
    all.push(
      eb(
        'uid',
        'in',
        eb
          .selectFrom('serviceLabels')
          .select('serviceLabels.serviceUid')
          .where('labelKey', '=', key)
          .where('labelValue', '=', value),
      ),
    );
  }
  return all;
}

export function serviceWriter(context: WriteContext): ServiceWriter {
  const { db } = context;
  const reader = serviceReader(context);

  async function replaceLabels(uid: string, labels: Readonly<Record<string, string>>): Promise<void> {
    await db.deleteFrom('serviceLabels').where('serviceUid', '=', uid).execute();
    const rows = Object.entries(labels).map(([labelKey, labelValue]) => ({
      serviceUid: uid,
      labelKey,
      labelValue,
    }));
    if (rows.length > 0) await db.insertInto('serviceLabels').values(rows).execute();
  }

  return {
    async insert(record) {
      if ((await reader.getByName(record.name)) !== undefined) {
        throw new OpenEasError('ServiceAlreadyExists', { name: record.name });
      }
      await db.insertInto('services').values(serviceRow(record)).execute();
      await replaceLabels(record.uid, record.labels);
      context.touch(record.uid);
    },

    async update(uid, patch) {
      const row = servicePatchRow(patch);
      if (Object.keys(row).length > 0) {
        const result = await db.updateTable('services').set(row).where('uid', '=', uid).executeTakeFirst();
        if (result.numUpdatedRows === 0n) throw new Error(`there is no service row ${uid} to update`);
      }
      if (patch.labels !== undefined) await replaceLabels(uid, patch.labels);
      context.touch(uid);
    },

    async setState(uid, change) {
      const service = await reader.get(uid);
      if (service === undefined) throw new Error(`there is no service row ${uid} to set the state of`);
      const { to, reason, message, now } = change;
      if (service.state === to && service.reason === reason && service.message === message) return;
      await db
        .updateTable('services')
        .set({ state: to, reason, message, updatedAt: now })
        .where('uid', '=', uid)
        .execute();
      context.touch(uid);
      await tell(context, service, change);
    },

    async remove(uid) {
      await db.deleteFrom('services').where('uid', '=', uid).execute();
      await trimEventsOfDeleted(context);
      context.touch(uid);
    },
  };
}

const WARNING_STATES: ReadonlySet<string> = new Set(['Failed', 'DeleteFailed', 'Waiting']);

/** A state that needs somebody to look: by its name, by an update that is paused, or by the error it names. */
function isTrouble({ to, reason }: StateChange): boolean {
  return WARNING_STATES.has(to) || reason === 'RolloutPaused' || Object.hasOwn(ERROR_CATALOGUE, reason);
}

async function tell(context: WriteContext, service: ServiceRecord, change: StateChange): Promise<void> {
  const { ready } = await context.db
    .selectFrom('instances')
    .select((eb) => eb.fn.countAll<number>().as('ready'))
    .where('serviceUid', '=', service.uid)
    .where('phase', '=', 'Ready')
    .where('desired', '=', 'Running')
    .executeTakeFirstOrThrow();
  const available = Number(ready);
  await eventWriter(context).append({
    serviceUid: service.uid,
    serviceName: service.name,
    instanceName: '',
    type: isTrouble(change) ? 'Warning' : 'Normal',
    reason: change.reason,
    message: change.message,
    versionId: service.currentVersion,
    availableInstance: available,
    unavailableInstance: Math.max(0, service.instanceCount - available),
    time: change.now,
  });
}
