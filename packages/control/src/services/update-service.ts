import { normaliseServiceConfig, parseServiceDescription, type ServiceConfig } from '@openeas/contracts';
import { planUpdate, type UpdateMode, type UpdatePlan, versionsToRemove } from '@openeas/domain';
import type { ServiceRecord, StoreTransaction, VersionRecord } from '@openeas/store';
import type { ActionCall, Answer } from '../api/action.js';
import { invalid } from '../api/parameters.js';
import { memberPatch, withdrawnEntryToken } from '../blue-green/member-update.js';
import type { ControlContext } from '../control-context.js';
import { openReceipt } from '../receipts/open-receipt.js';
import { dropEmptyGroup, leavingPatch, membershipOf } from '../service-groups/group-membership.js';
import { want } from './change-state.js';
import { currentVersion, findServiceFor } from './find-service.js';
import { tellNotes } from './key-notes.js';

export async function updateService(
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<Answer> {
  const service = await findServiceFor('update', call, context, tx.services);
  const mode: UpdateMode = call.query.choice('UpdateType', ['merge', 'replace']) ?? 'merge';
  if (call.query.has('MemberToUpdate')) {
    const value = call.query.text('MemberToUpdate');
    throw invalid('MemberToUpdate', value, 'nothing: there are no services of several members here');
  }
  const patch = leavingPatch(memberPatch(normaliseServiceConfig(call.document), service), service);
  if (patch.name !== undefined && patch.name !== service.name) {
    throw invalid('name', patch.name, `${service.name}: the name of a service cannot change`);
  }
  const version = await currentVersion(tx.versions, service);
  const plan = planUpdate(JSON.parse(version.config) as ServiceConfig, patch, mode);
  let receipt = {};
  if (plan.kind !== 'unchanged') {
    receipt = await openReceipt(call, tx, service, 'modify');
    const offer = { processors: context.processors, region: context.region };
    const { description, config } = parseServiceDescription(plan.config, offer);
    const change = {
      ...servicePatch(service, patch, mode),
      ...(typeof patch.token === 'string' && (await withdrawnEntryToken(service, tx))),
      instanceCount: description.instance,
      ...(await membershipOf(service, description, call, context, tx)),
    };
    const before = context.descriptions.of(version).description.rpc.notes;
    await apply(call, tx, service, version, { ...plan, config }, change);
    if (description.group !== service.serviceGroup) {
      await dropEmptyGroup(service.serviceGroup, service.uid, tx);
    }
    const fresh = description.rpc.notes.filter((note) => !before.includes(note));
    await tellNotes(
      tx,
      service,
      plan.kind === 'newVersion' ? service.latestVersion + 1 : version.version,
      fresh,
      call.now,
    );
  }
  return { Message: `Succeed to update service [${service.name}] in region [${context.region}]`, ...receipt };
}

type ServicePatch = Partial<Omit<ServiceRecord, 'uid' | 'state' | 'message' | 'reason'>>;

async function apply(
  call: ActionCall,
  tx: StoreTransaction,
  service: ServiceRecord,
  version: VersionRecord,
  plan: UpdatePlan,
  change: ServicePatch,
): Promise<void> {
  const { now } = call;
  const config = JSON.stringify(plan.config);
  const from = service.instanceCount;
  const scaled = `The service is scaled from ${from} to ${change.instanceCount} instances`;
  switch (plan.kind) {
    case 'unchanged':
      return;
    case 'scale':
      await tx.versions.update(service.uid, version.version, { config });
      return want(tx, service, 'scale', { ...change, instancesToDelete: [] }, scaled, now);
    case 'settings':
      await tx.versions.update(service.uid, version.version, { config });
      if (change.instanceCount !== from) return want(tx, service, 'scale', change, scaled, now);
      return tx.services.update(service.uid, {
        ...change,
        generation: service.generation + 1,
        updatedAt: now,
      });
    case 'revise': {
      const revision = version.revision + 1;
      await tx.versions.update(service.uid, version.version, { config, revision });
      const message = `Version ${version.version} was changed in place (revision ${revision}); instances are being replaced`;
      return want(tx, service, 'update', change, message, now);
    }
    case 'newVersion': {
      const next = service.latestVersion + 1;
      await tx.versions.insert({
        serviceUid: service.uid,
        version: next,
        revision: 1,
        config,
        image: '',
        modelDigest: null,
        processorDigest: null,
        message: `Added after version ${service.currentVersion}`,
        createdAt: now,
      });
      const versions = { currentVersion: next, latestVersion: next };
      const message = `Version ${next} is being rolled out in place of version ${service.currentVersion}`;
      await want(tx, service, 'update', { ...change, ...versions }, message, now);
      return recycleVersions(tx, service, next, now);
    }
  }
}

/** What the row keeps beside the description: labels may also come by UpdateServiceLabel, tokens by generation. */
function servicePatch(service: ServiceRecord, patch: ServiceConfig, mode: UpdateMode): ServicePatch {
  const change: { token?: string; labels?: Record<string, string>; workspaceId?: string } = {};
  if (typeof patch.token === 'string') change.token = patch.token;
  const metadata = patch.metadata as { workspace_id?: unknown } | undefined;
  if (typeof metadata?.workspace_id === 'string') change.workspaceId = metadata.workspace_id;
  if (patch.labels !== undefined) {
    const labels: Record<string, string> =
      mode === 'merge' && patch.labels !== null ? { ...service.labels } : {};
    for (const [key, value] of Object.entries((patch.labels ?? {}) as Record<string, string | null>)) {
      if (value === null) delete labels[key];
      else labels[key] = value;
    }
    change.labels = labels;
  }
  return change;
}

/** Lets old versions go (contract 8.1), never one that serves, served last, or still runs anywhere. */
async function recycleVersions(
  tx: StoreTransaction,
  service: ServiceRecord,
  current: number,
  now: number,
): Promise<void> {
  const running = (await tx.instances.listByService(service.uid)).map(({ version }) => version);
  const pinned = new Set([current, service.currentVersion, ...running]);
  const { rows } = await tx.versions.list(service.uid);
  for (const version of versionsToRemove(rows, pinned, now)) await tx.versions.remove(service.uid, version);
}
