import { join } from 'node:path';

/** Where everything lies under OPENEAS_HOME. Folders are 0700, files that hold secrets 0600. */
export interface HomeLayout {
  readonly home: string;
  /** Durable state: back this folder up. */
  readonly data: string;
  readonly database: string;
  readonly artifacts: string;
  /** `objects/{bucket}/{key}`: what `eascmd upload` stores. */
  readonly objects: string;
  /** Key pairs of services are made from this secret. */
  readonly serviceKeys: string;
  /** One folder per instance. */
  readonly instances: string;
  /** Facts about the processes that run now; safe to delete while nothing runs. */
  readonly run: string;
  /** Shared secret of control and gateway. */
  readonly internalKey: string;
  /** Where control listens now. */
  readonly controlAddress: string;
  readonly gatewayAddress: string;
  readonly supervisor: string;
  /** The gateway's last routing snapshot. */
  readonly routes: string;
  readonly logs: string;
  /** The root account's AccessKey. */
  readonly credentials: string;
}

export function homeLayout(home: string): HomeLayout {
  const data = join(home, 'data');
  const run = join(home, 'run');
  return {
    home,
    data,
    database: join(data, 'openeas.db'),
    artifacts: join(data, 'artifacts'),
    objects: join(data, 'objects'),
    serviceKeys: join(data, 'service-keys.secret'),
    instances: join(home, 'instances'),
    run,
    internalKey: join(run, 'internal.key'),
    controlAddress: join(run, 'control.json'),
    gatewayAddress: join(run, 'gateway.json'),
    supervisor: join(run, 'supervisor.json'),
    routes: join(run, 'routes.json'),
    logs: join(home, 'logs'),
    credentials: join(home, 'credentials.json'),
  };
}
