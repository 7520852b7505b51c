import type {
  AccessKeyRecord,
  AccountRecord,
  AuditRecord,
  EventRecord,
  InstanceRecord,
  ReceiptRecord,
  RolloutRecord,
  ServiceGroupRecord,
  ServiceRecord,
  VersionRecord,
} from '../port.js';

/** The tables as SQL sees them: booleans are 0 and 1, maps and lists are JSON text. */
export interface Tables {
  services: Omit<ServiceRecord, 'labels' | 'instancesToDelete' | 'goneTokens' | 'released' | 'mirror'> & {
    readonly released: number;
    readonly mirror: string | null;
    readonly labels: string;
    readonly instancesToDelete: string;
    readonly goneTokens: string;
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
  serviceGroups: Omit<ServiceGroupRecord, 'labels' | 'kept'> & {
    readonly labels: string;
    readonly kept: number;
  };
  accounts: AccountRecord;
  accessKeys: Omit<AccessKeyRecord, 'active'> & { readonly active: number };
  nonces: { readonly nonce: string; readonly expiresAt: number };
}

export function serviceRow(record: ServiceRecord): Tables['services'] {
  return {
    ...record,
    released: Number(record.released),
    mirror: mirrorText(record.mirror),
    labels: JSON.stringify(record.labels),
    instancesToDelete: JSON.stringify(record.instancesToDelete),
    goneTokens: JSON.stringify(record.goneTokens),
  };
}

export function serviceRecord(row: Tables['services']): ServiceRecord {
  return {
    ...row,
    released: row.released !== 0,
    mirror: row.mirror === null ? null : (JSON.parse(row.mirror) as ServiceRecord['mirror']),
    labels: JSON.parse(row.labels) as Record<string, string>,
    instancesToDelete: JSON.parse(row.instancesToDelete) as string[],
    goneTokens: JSON.parse(row.goneTokens) as string[],
  };
}

export function servicePatchRow(
  patch: Partial<Omit<ServiceRecord, 'uid'>>,
): Partial<Omit<Tables['services'], 'uid'>> {
  const { labels, instancesToDelete, goneTokens, released, mirror, ...rest } = patch;
  return {
    ...rest,
    ...(released !== undefined && { released: Number(released) }),
    ...(mirror !== undefined && { mirror: mirrorText(mirror) }),
    ...(labels !== undefined && { labels: JSON.stringify(labels) }),
    ...(instancesToDelete !== undefined && { instancesToDelete: JSON.stringify(instancesToDelete) }),
    ...(goneTokens !== undefined && { goneTokens: JSON.stringify(goneTokens) }),
  };
}

function mirrorText(mirror: ServiceRecord['mirror']): string | null {
  return mirror === null ? null : JSON.stringify(mirror);
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
