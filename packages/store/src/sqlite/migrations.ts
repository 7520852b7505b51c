/** One numbered step of the schema. Never changed once released; a new step is appended. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

const FIRST = `
create table accounts (
  uid text primary key,
  name text not null,
  createdAt integer not null
) strict;

create table accessKeys (
  id text primary key,
  secret text not null,
  accountUid text not null references accounts (uid) on delete cascade,
  active integer not null,
  createdAt integer not null
) strict;
create index accessKeysByAccount on accessKeys (accountUid, createdAt, id);

create table services (
  uid text primary key,
  name text not null unique,
  accountUid text not null,
  callerUid text not null,
  workspaceId text not null,
  state text not null,
  message text not null,
  reason text not null,
  desired text not null,
  generation integer not null,
  observedGeneration integer not null,
  currentVersion integer not null,
  latestVersion integer not null,
  instanceCount integer not null,
  token text not null,
  labels text not null,
  safetyLock text not null,
  weight integer not null,
  restartedAt integer not null,
  instancesToDelete text not null,
  createdAt integer not null,
  updatedAt integer not null
) strict;
create index servicesByCreation on services (createdAt, uid);
create index servicesOfAccountByCreation on services (accountUid, createdAt, uid);
create index servicesOfAccountByUpdate on services (accountUid, updatedAt, uid);
create index servicesOfAccountByName on services (accountUid, name, uid);
create index servicesOfAccountByState on services (accountUid, state, uid);

create table serviceLabels (
  serviceUid text not null references services (uid) on delete cascade,
  labelKey text not null,
  labelValue text not null,
  primary key (serviceUid, labelKey)
) strict, without rowid;
create index serviceLabelsByValue on serviceLabels (labelKey, labelValue, serviceUid);

create table versions (
  serviceUid text not null references services (uid) on delete cascade,
  version integer not null,
  revision integer not null,
  config text not null,
  image text not null,
  modelDigest text,
  processorDigest text,
  message text not null,
  createdAt integer not null,
  primary key (serviceUid, version)
) strict;

create table instances (
  id text primary key,
  serviceUid text not null references services (uid) on delete cascade,
  name text not null,
  version integer not null,
  revision integer not null,
  attempt integer not null,
  secret text not null,
  gatewayKey text not null,
  desired text not null,
  cpu real not null,
  memory real not null,
  phase text not null,
  host text not null,
  port integer not null,
  restartCount integer not null,
  failures integer not null,
  nextStartAt integer not null,
  reason text not null,
  message text not null,
  isolated integer not null,
  detached integer not null,
  createdAt integer not null,
  startedAt integer not null,
  readyAt integer not null,
  drainingAt integer not null
) strict;
create index instancesByService on instances (serviceUid, createdAt, id);

create table events (
  serviceUid text not null,
  sequence integer not null,
  serviceName text not null,
  instanceName text not null,
  type text not null,
  reason text not null,
  message text not null,
  versionId integer not null,
  availableInstance integer not null,
  unavailableInstance integer not null,
  time integer not null,
  primary key (serviceUid, sequence)
) strict, without rowid;
create index eventsByTime on events (time);

create table audit (
  sequence integer primary key,
  time integer not null,
  requestId text not null,
  accountUid text not null,
  accessKeyId text not null,
  action text not null,
  resource text not null,
  sourceAddress text not null,
  outcome text not null,
  detail text not null
) strict;
create index auditByResource on audit (resource, sequence);
create index auditByAccount on audit (accountUid, sequence);

create table nonces (
  nonce text primary key,
  expiresAt integer not null
) strict, without rowid;
create index noncesByExpiry on nonces (expiresAt);
`;

/** Blue-green groups, and the changes whose traffic is being counted. */
const BLUE_GREEN = `
alter table services add column entry text not null default '';
alter table services add column released integer not null default 0;
alter table services add column entryToken text;
create index servicesByEntry on services (entry, createdAt, uid);

create table receipts (
  id text not null unique,
  serviceUid text primary key references services (uid) on delete cascade,
  change text not null,
  generation integer not null,
  openedAt integer not null
) strict;
`;

/** Rollout control, and what users ask of single instances. */
const ROLLOUTS = `
alter table instances add column wish text not null default 'none';

create table rollouts (
  serviceUid text primary key references services (uid) on delete cascade,
  partition integer not null,
  batchSize integer not null,
  intervalMs integer not null,
  paused integer not null,
  target text not null,
  allowed integer not null,
  nextBatchAt integer not null,
  createdAt integer not null,
  updatedAt integer not null
) strict;
`;

/** Service groups, and copies of traffic. */
const SERVICE_GROUPS = `
alter table services add column serviceGroup text not null default '';
alter table services add column mirror text;
create index servicesByGroup on services (serviceGroup, createdAt, uid);

create table serviceGroups (
  name text primary key,
  accountUid text not null,
  callerUid text not null,
  workspaceId text not null,
  token text not null,
  trafficMode text not null,
  labels text not null,
  kept integer not null,
  createdAt integer not null,
  updatedAt integer not null
) strict;
create index serviceGroupsOfAccountByCreation on serviceGroups (accountUid, createdAt, name);
`;

/** Tokens that outlive the blue-green sides they belonged to. */
const GONE_TOKENS = `
alter table services add column goneTokens text not null default '[]';
`;

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, sql: FIRST },
  { version: 2, sql: BLUE_GREEN },
  { version: 3, sql: ROLLOUTS },
  { version: 4, sql: SERVICE_GROUPS },
  { version: 5, sql: GONE_TOKENS },
];
