import type { InstanceConfig, InstancePhase } from '@openeas/contracts';
import type { InstanceDriver, InstanceIdentity, InstanceObservation } from '@openeas/drivers';

/** A driver whose instances are ready, and gone, at once: for tests of many. Counts what it is asked. */
export class InstantDriver implements InstanceDriver {
  /** Calls other than `watch`. */
  calls = 0;
  readonly #configs = new Map<string, InstanceConfig>();
  readonly #ended = new Set<string>();
  readonly #watchers = new Map<string, (observation: InstanceObservation) => void>();

  get running(): number {
    return this.#configs.size - this.#ended.size;
  }

  async start(config: InstanceConfig): Promise<void> {
    this.calls++;
    this.#configs.set(config.instanceId, config);
    this.#ended.delete(config.instanceId);
    this.#tell(config.instanceId);
  }

  async inspect(identity: InstanceIdentity): Promise<InstanceObservation> {
    this.calls++;
    return this.#look(identity.instanceId);
  }

  watch({ instanceId }: InstanceIdentity, onChange: (observation: InstanceObservation) => void): () => void {
    this.#watchers.set(instanceId, onChange);
    queueMicrotask(() => this.#tell(instanceId));
    return () => this.#watchers.delete(instanceId);
  }

  async stop({ instanceId }: InstanceIdentity): Promise<void> {
    this.calls++;
    this.#ended.add(instanceId);
    this.#tell(instanceId);
  }

  async kill(identity: InstanceIdentity): Promise<void> {
    await this.stop(identity);
  }

  async remove(instanceId: string): Promise<void> {
    this.calls++;
    this.#configs.delete(instanceId);
    this.#ended.delete(instanceId);
  }

  async list(): Promise<readonly string[]> {
    this.calls++;
    return [...this.#configs.keys()];
  }

  async recorded(instanceId: string): Promise<InstanceConfig | undefined> {
    this.calls++;
    return this.#configs.get(instanceId);
  }

  async logFiles(): Promise<readonly string[]> {
    this.calls++;
    return [];
  }

  #tell(instanceId: string): void {
    this.#watchers.get(instanceId)?.(this.#look(instanceId));
  }

  #look(instanceId: string): InstanceObservation {
    const config = this.#configs.get(instanceId);
    if (config === undefined) return { kind: 'absent' };
    if (this.#ended.has(instanceId)) return { kind: 'exited', status: undefined, logTail: [] };
    const phase: InstancePhase = 'Ready';
    const status = {
      instanceId,
      attempt: config.attempt,
      pid: 1,
      startTime: '1',
      phase,
      port: 4000,
      adminPort: 4001,
      message: '',
      failure: null,
      inFlight: 0,
      queued: 0,
      updatedAt: 0,
    };
    return { kind: 'running', status };
  }
}
