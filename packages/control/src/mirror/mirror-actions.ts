import { OpenEasError } from '@openeas/contracts';
import type { MirrorSettings, ServiceReader, ServiceRecord, StoreTransaction } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import type { ControlContext } from '../control-context.js';
import { findService, findServiceFor, serviceNamed } from '../services/find-service.js';
import { tellService } from '../services/service-event.js';

type Handler = (call: ActionCall, context: ControlContext, tx: StoreTransaction) => Promise<Answer>;

/** Targets of one service: each of them multiplies what the gateway sends. */
const MAX_TARGETS = 8;

/** CreateServiceMirror (contract 7.6.2): copies of a share of the service's requests go to other services too. */
export const createServiceMirror: Handler = async (call, context, tx) => {
  const service = await findServiceFor('mirror', call, context, tx.services);
  if (service.mirror !== null) throw new OpenEasError('MirrorExists', { name: service.name });
  const mirror = { ratio: ratioOf(call), targets: await targetsOf(service, call, tx.services) };
  await put(call, tx, service, mirror, 'TrafficMirrored');
  return said('ON', service, context, mirror.ratio);
};

export const updateServiceMirror: Handler = async (call, context, tx) => {
  const { service, mirror } = await findMirror(call, context, tx);
  const given = (name: string): boolean => call.body.value(name) !== undefined;
  if (!given('Ratio') && !given('Target')) {
    throw new OpenEasError('MissingParameter', { field: 'Ratio', expected: 'Ratio, Target or both' });
  }
  const changed = {
    ratio: given('Ratio') ? ratioOf(call) : mirror.ratio,
    targets: given('Target') ? await targetsOf(service, call, tx.services) : mirror.targets,
  };
  await put(call, tx, service, changed, 'TrafficMirrored');
  return said('updating', service, context, changed.ratio);
};

export const deleteServiceMirror: Handler = async (call, context, tx) => {
  const { service, mirror } = await findMirror(call, context, tx);
  await put(call, tx, service, null, 'TrafficMirrorEnded');
  return said('OFF', service, context, mirror.ratio);
};

/** `Ratio` and `Target` are text in the answer (contract 7.8); targets that were deleted are not among them. */
export async function describeServiceMirror(call: ActionCall, context: ControlContext): Promise<Answer> {
  const { services } = context.store.read;
  const service = await findService(call, context, services);
  const { mirror, name } = service;
  if (mirror === null) throw new OpenEasError('MirrorNotFound', { name });
  const names = await namesOf(mirror, services);
  return { Ratio: String(mirror.ratio), ServiceName: name, Target: names.join(',') };
}

async function findMirror(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<{ service: ServiceRecord; mirror: MirrorSettings }> {
  const service = await findServiceFor('mirror', call, context, tx.services);
  const { mirror, name } = service;
  if (mirror === null) throw new OpenEasError('MirrorNotFound', { name });
  return { service, mirror };
}

function ratioOf(call: ActionCall): number {
  return call.body.integer('Ratio', { min: 0, max: 100 });
}

async function targetsOf(
  source: ServiceRecord,
  call: ActionCall,
  services: ServiceReader,
): Promise<readonly string[]> {
  const names = [...new Set(call.body.texts('Target'))];
  if (names.length === 0) {
    throw new OpenEasError('MissingParameter', {
      field: 'Target',
      expected: 'names of the services to copy to',
    });
  }
  const refuse = (reason: string): OpenEasError =>
    new OpenEasError('MirrorRefused', { name: source.name, reason });
  if (names.length > MAX_TARGETS)
    throw refuse(`${names.length} targets are more than the ${MAX_TARGETS} that are possible.`);
  const uids: string[] = [];
  for (const name of names) {
    const target = await serviceNamed(name, services);
    if (target === undefined || target.accountUid !== source.accountUid || target.desired === 'Deleted') {
      throw refuse(`there is no service [${name}] to copy to. \`eascmd ls\` lists those there are.`);
    }
    if (target.uid === source.uid) throw refuse('it would get its own requests twice. Name another service.');
    uids.push(target.uid);
  }
  return uids;
}

async function put(
  call: ActionCall,
  tx: StoreTransaction,
  service: ServiceRecord,
  mirror: MirrorSettings | null,
  reason: string,
): Promise<void> {
  await tx.services.update(service.uid, { mirror, updatedAt: call.now });
  const message =
    mirror === null
      ? 'The requests of the service are not copied to others any more'
      : `Copies of ${mirror.ratio}% of the requests go to ${(await namesOf(mirror, tx.services)).map((name) => `[${name}]`).join(', ')}; their answers reach nobody`;
  await tellService(tx, service, { reason, message, now: call.now });
}

async function namesOf(mirror: MirrorSettings, services: ServiceReader): Promise<readonly string[]> {
  const found = await Promise.all(mirror.targets.map((uid) => services.get(uid)));
  return found.flatMap((each) => (each === undefined || each.desired === 'Deleted' ? [] : [each.name]));
}

function said(
  what: string,
  { name }: ServiceRecord,
  { region }: ControlContext,
  ratio: number,
): { Message: string } {
  return {
    Message: `Traffic mirroring is ${what} for service [${name}] in region [${region}], ratio [${ratio}%]`,
  };
}
