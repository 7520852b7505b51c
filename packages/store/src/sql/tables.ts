import type {
  AccessKeyRecord,
  AccountRecord,
  AuditRecord,
  EventRecord,
  InstanceRecord,
  ReceiptRecord,
  RolloutRecord,
  ServiceRecord,
  VersionRecord,
} from '../port.js';

/** The tables as SQL sees them: booleans are 0 and 1, maps and lists are JSON text. */
export interface Tables {
  services: Omit<ServiceRecord, 'labels' | 'instancesToDelete' | 'released'> & {
    readonly released: number;
    readonly labels: string;
    readonly instancesToDelete: string;
  };
  /** One row a label, kept beside `services.labels` so that a filter finds an index. */
  serviceLabels: { readonly serviceUid: string; readonly labelKey: string; readonly labelValue: string };
  versions: VersionRecord;
  instances: Omit<InstanceRecord, 'isolated' | 'detached'> & {
    readonly isolated: number;
    readonly detached: number;
  };
  /** `sequence` counts per service, so that trimming to a cap needs no scan. */
  events: EventRecord & { readonly sequence: number };
  audit: AuditRecord & { readonly sequence: number };
  receipts: ReceiptRecord;
  rollouts: Omit<RolloutRecord, 'paused'> & { readonly paused: number };
  accounts: AccountRecord;
  accessKeys: Omit<AccessKeyRecord, 'active'> & { readonly active: number };
  nonces: { readonly nonce: string; readonly expiresAt: number };
}

export function serviceRow(record: ServiceRecord): Tables['services'] {
  return {
    ...record,
    released: Number(record.released),
    labels: JSON.stringify(record.labels),
    instancesToDelete: JSON.stringify(record.instancesToDelete),
  };
}

export function serviceRecord(row: Tables['services']): ServiceRecord {
  return {
    ...row,
    released: row.released !== 0,
    labels: JSON.parse(row.labels) as Record<string, string>,
    instancesToDelete: JSON.parse(row.instancesToDelete) as string[],
  };
}

export function servicePatchRow(
  patch: Partial<Omit<ServiceRecord, 'uid'>>,
): Partial<Omit<Tables['services'], 'uid'>> {
  const { labels, instancesToDelete, released, ...rest } = patch;
  return {
    ...rest,
    ...(released !== undefined && { released: Number(released) }),
    ...(labels !== undefined && { labels: JSON.stringify(labels) }),
    ...(instancesToDelete !== undefined && { instancesToDelete: JSON.stringify(instancesToDelete) }),
  };
}

export function instanceRow(record: InstanceRecord): Tables['instances'] {
  return { ...record, isolated: Number(record.isolated), detached: Number(record.detached) };
}

export function instancePatchRow(
  patch: Partial<Omit<InstanceRecord, 'id' | 'serviceUid'>>,
): Partial<Omit<Tables['instances'], 'id' | 'serviceUid'>> {
  const { isolated, detached, ...rest } = patch;
  return {
    ...rest,
    ...(isolated !== undefined && { isolated: Number(isolated) }),
    ...(detached !== undefined && { detached: Number(detached) }),
  };
}

export function instanceRecord(row: Tables['instances']): InstanceRecord {
  return { ...row, isolated: row.isolated !== 0, detached: row.detached !== 0 };
}
