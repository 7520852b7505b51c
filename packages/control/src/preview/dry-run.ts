import {
  type ChangePreview,
  DEFAULT_PLAN_SETTINGS,
  type InstanceFacts,
  type PackageState,
  previewChange,
  type ServiceView,
  type VersionFacts,
} from '@openeas/domain';
import type { InstanceRecord, ServiceRecord, StoreTransaction, VersionRecord } from '@openeas/store';
import type { ActionCall, Answer, ChangeAction } from '../api/action.js';
import type { ControlContext } from '../control-context.js';
import { findService } from '../services/find-service.js';
import { kindOfChange } from './kind-of-change.js';

/** Ends the transaction of a dry run: nothing of it may stay. */
export class DryRunDone extends Error {
  override readonly name = 'DryRunDone';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('a dry run changes nothing');
    this.answer = answer;
  }
}

export function isDryRun(call: ActionCall): boolean {
  return call.query.flag('DryRun') === true;
}

/**
 * Does the change for real inside the transaction, plays what follows with the reconciler's planner, and rolls
 * everything back: what is refused here is what would be refused, for the same reason. Always throws.
 */
export async function dryRun(
  bound: ChangeAction,
  call: ActionCall,
  context: ControlContext,
  tx: StoreTransaction,
): Promise<never> {
  const before = await findService(call, context, tx.services);
  const versionsBefore = (await tx.versions.list(before.uid)).rows;
  await bound.run(call, context, tx);
  const after = await findService(call, context, tx.services);
  const versions = (await tx.versions.list(after.uid)).rows;
  const view = await viewOf(after, versions, context, tx);
  const rollout = await tx.rollouts.get(after.uid);
  const preview = previewChange(view, DEFAULT_PLAN_SETTINGS, call.now, rollout);
  const current = versions.find(({ version }) => version === after.currentVersion);
  throw new DryRunDone({
    Message: `Nothing was changed: this is what ${call.action} would do to service [${after.name}] in region [${context.region}]`,
    Plan: {
      Kind: kindOfChange(before, versionsBefore, after, versions),
      Version: after.currentVersion,
      Revision: current?.revision ?? 1,
      ...planView(preview),
    },
  });
}

function planView(preview: ChangePreview): object {
  return {
    Wanted: preview.wanted,
    ServingBefore: preview.servingBefore,
    LowestServing: preview.lowestServing,
    ServingAfter: preview.servingAfter,
    CapacityDrops: preview.capacityDrops,
    Possible: preview.problem === '',
    Problem: preview.problem,
    Steps: preview.steps.map(({ action, instance, version, reason, serving }) => ({
      Action: action,
      Instance: instance,
      Version: version,
      Reason: reason,
      Serving: serving,
    })),
  };
}

async function viewOf(
  service: ServiceRecord,
  records: readonly VersionRecord[],
  context: ControlContext,
  tx: StoreTransaction,
): Promise<ServiceView> {
  const rows = await tx.instances.listByService(service.uid);
  const used = new Set([service.currentVersion, ...rows.map(({ version }) => version)]);
  const versions: VersionFacts[] = [];
  for (const record of records.filter(({ version }) => used.has(version))) {
    const { resources } = context.descriptions.of(record).description;
    const { version, revision } = record;
    versions.push({ version, revision, resources, packages: packagesOf(record, rows) });
  }
  const current = records.find(({ version }) => version === service.currentVersion);
  const description = current && context.descriptions.of(current).description;
  return {
    service,
    versions,
    instances: rows.map(instanceFacts),
    machine: { capacity: context.capacity, reserved: await tx.instances.reserved() },
    strategy: {
      rolling: description?.rollingStrategy ?? { maxSurge: { count: 1 }, maxUnavailable: { count: 0 } },
      graceMs: (description?.terminationGracePeriod ?? 30) * 1000,
      paused: false,
      keepOld: 0,
    },
  };
}

/** Fetched once, or in use by an instance, they are there; else they would be fetched first. */
function packagesOf(record: VersionRecord, rows: readonly InstanceRecord[]): PackageState {
  const there =
    record.modelDigest !== null ||
    record.processorDigest !== null ||
    rows.some(({ version }) => version === record.version);
  return { kind: there ? 'ready' : 'missing' };
}

/** The row's last word stands for what the driver would see. */
function instanceFacts(row: InstanceRecord): InstanceFacts {
  const { phase: word, host, port, message } = row;
  const phase = word as InstanceFacts['phase'];
  const since = Math.max(row.startedAt, row.readyAt);
  const seen: InstanceFacts['seen'] =
    phase === 'Failed' || phase === 'Stopped'
      ? { kind: 'exited', failure: null, asAsked: false, lastLine: message }
      : phase === 'Ready' || phase === 'Draining'
        ? { kind: 'running', since, phase, host, port, message, failure: null }
        : { kind: 'starting', since };
  return { ...row, phase, seen };
}
