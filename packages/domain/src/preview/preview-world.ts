import { isServing } from '../plan/instance-groups.js';
import { observeInstance } from '../plan/observe-instance.js';
import { planService } from '../plan/plan-service.js';
import type { ServiceAction } from '../plan/service-plan.js';
import type { PlanSettings } from '../plan/settings.js';
import type { InstanceFacts, Seen, ServiceFacts, ServiceView, VersionFacts } from '../plan/view.js';
import { controlRollout, type RolloutState } from '../rollout/control-rollout.js';
import type { PreviewStep } from './preview-change.js';

/** How long an imagined instance takes to become ready; any time gives the same order. */
const START_MS = 1_000;

const ENDED: Seen = { kind: 'exited', failure: null, asAsked: true, lastLine: '' };

/** The values of a view, moved on by plans as the reconciler would move rows and processes. */
export class PreviewWorld {
  readonly steps: PreviewStep[] = [];
  readonly #settings: PlanSettings;
  readonly #strategy: ServiceView['strategy'];
  #rollout: RolloutState | undefined;
  readonly #capacity: ServiceView['machine']['capacity'];
  #reserved: ServiceView['machine']['reserved'];
  #service: ServiceFacts;
  #versions: readonly VersionFacts[];
  #instances: readonly InstanceFacts[];
  #now: number;
  #made = 0;

  constructor(view: ServiceView, rollout: RolloutState | undefined, settings: PlanSettings, now: number) {
    this.#settings = settings;
    this.#rollout = rollout;
    this.#strategy = view.strategy;
    this.#capacity = view.machine.capacity;
    this.#reserved = view.machine.reserved;
    this.#service = view.service;
    this.#versions = view.versions;
    this.#instances = view.instances;
    this.#now = now;
  }

  get serving(): number {
    return this.#instances.filter(isServing).length;
  }

  /** Why it stands still short of the goal; '' when the goal is reached. */
  get problem(): string {
    const { state, message, generation, observedGeneration } = this.#service;
    if (state === 'Running' || state === 'Stopped') return '';
    if (state === 'Updating' && observedGeneration === generation) return message;
    return message === '' ? `The service stays ${state}` : message;
  }

  /** One look, plan and deed; false once nothing more happens by itself. */
  pass(): boolean {
    this.#observe();
    const { strategy, progress, wakeAt } = controlRollout(
      this.#rollout,
      this.#view(),
      this.#settings,
      this.#now,
    );
    if (this.#rollout !== undefined && progress !== undefined) {
      this.#rollout = { ...this.#rollout, ...progress };
    }
    const view = this.#view();
    const plan = planService(
      { ...view, strategy: { ...view.strategy, ...strategy } },
      this.#settings,
      this.#now,
    );
    let moved = false;
    for (const action of plan.actions) moved = this.#apply(action) || moved;
    if (moved) return true;
    const due = this.#instances.flatMap(({ seen, phase }) =>
      seen.kind === 'starting' && phase !== 'Ready' ? [seen.since + START_MS] : [],
    );
    if (wakeAt !== undefined) due.push(wakeAt);
    if (plan.requeueAfterMs !== undefined) due.push(this.#now + plan.requeueAfterMs);
    const next = Math.min(...due.filter((time) => time > this.#now));
    if (!Number.isFinite(next)) return false;
    this.#now = next;
    return true;
  }

  #view(): ServiceView {
    return {
      service: this.#service,
      versions: this.#versions,
      instances: this.#instances,
      machine: { capacity: this.#capacity, reserved: this.#reserved },
      strategy: this.#strategy,
    };
  }

  #observe(): void {
    for (const { id, seen } of this.#instances) {
      if (seen.kind === 'starting' && this.#now >= seen.since + START_MS) {
        const place = { host: 'preview', port: 1, message: '', failure: null };
        this.#change(id, { seen: { kind: 'running', since: this.#now, phase: 'Ready', ...place } });
      }
    }
    for (const instance of this.#instances) {
      const change = observeInstance(instance, this.#settings, this.#service.generation, this.#now);
      if (change === undefined) continue;
      const { patch } = change;
      this.#change(instance.id, patch);
      if (patch.phase === 'Ready') this.#tell('ready', { ...instance, ...patch });
    }
  }

  /** Whether it changed anything: plans repeat what is still under way. */
  #apply(action: ServiceAction): boolean {
    switch (action.kind) {
      case 'ensurePackages':
        this.#versions = this.#versions.map((each) =>
          each.version === action.version ? { ...each, packages: { kind: 'ready' } } : each,
        );
        this.#tell('fetch', { name: '', version: action.version });
        return true;
      case 'createInstance':
        return this.#create(action.version, action.revision);
      case 'setState':
        this.#service = {
          ...this.#service,
          state: action.to,
          reason: action.reason,
          message: action.message,
        };
        return true;
      case 'markObserved':
        this.#service = {
          ...this.#service,
          observedGeneration: action.generation,
          instancesToDelete: [],
        };
        return true;
      case 'removeService':
        return false;
      default:
        return this.#applyTo(action);
    }
  }

  #applyTo(action: Extract<ServiceAction, { instanceId: string }>): boolean {
    const instance = this.#instances.find(({ id }) => id === action.instanceId);
    if (instance === undefined) return false;
    const { id } = instance;
    switch (action.kind) {
      case 'startInstance':
        this.#change(id, {
          attempt: action.attempt,
          phase: 'Starting',
          startedAt: this.#now,
          readyAt: 0,
          drainingAt: 0,
          wish: 'none',
          seen: { kind: 'starting', since: this.#now },
        });
        this.#tell('start', instance);
        return true;
      case 'drainInstance': {
        const desired = action.reason === 'RestartedInPlace' ? instance.desired : 'Stopped';
        this.#change(id, { desired, drainingAt: this.#now, phase: 'Draining' });
        this.#tell('drain', instance, action.reason);
        return true;
      }
      case 'stopInstance':
      case 'killInstance':
        if (instance.seen.kind === 'exited') return false;
        this.#change(id, { seen: ENDED });
        this.#tell('stop', instance);
        return true;
      case 'removeInstance':
        this.#instances = this.#instances.filter((each) => each.id !== id);
        this.#reserved = {
          cpu: this.#reserved.cpu - instance.cpu,
          memory: this.#reserved.memory - instance.memory,
        };
        return true;
    }
  }

  #create(version: number, revision: number): boolean {
    const resources = this.#versions.find((each) => each.version === version)?.resources;
    if (resources === undefined) return false;
    const { cpu, memory } = resources;
    const name = `new ${++this.#made}`;
    const now = this.#now;
    const instance: InstanceFacts = {
      id: name,
      name,
      version,
      revision,
      attempt: 1,
      desired: 'Running',
      cpu,
      memory,
      phase: 'Starting',
      host: '',
      port: 0,
      restartCount: 0,
      failures: 0,
      nextStartAt: 0,
      reason: '',
      message: '',
      isolated: false,
      detached: false,
      wish: 'none',
      createdAt: Math.max(now, this.#service.restartedAt),
      startedAt: now,
      readyAt: 0,
      drainingAt: 0,
      seen: { kind: 'starting', since: now },
    };
    this.#instances = [...this.#instances, instance];
    this.#reserved = { cpu: this.#reserved.cpu + cpu, memory: this.#reserved.memory + memory };
    this.#tell('start', instance);
    return true;
  }

  #change(id: string, patch: Partial<InstanceFacts>): void {
    this.#instances = this.#instances.map((each) => (each.id === id ? { ...each, ...patch } : each));
  }

  #tell(
    action: PreviewStep['action'],
    { name, version }: Pick<InstanceFacts, 'name' | 'version'>,
    reason = '',
  ): void {
    this.steps.push({ action, instance: name, version, reason, serving: this.serving });
  }
}
