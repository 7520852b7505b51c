import { SERVICE_STATES, type ServiceState } from '@openeas/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ControlHarness, servicePath } from '../testing/control-harness.js';
import type { ClientAnswer } from '../testing/signing-client.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

type Step = (harness: ControlHarness) => Promise<ClientAnswer | undefined>;

const put =
  (rest: string, body?: object): Step =>
  (harness) =>
    harness.client.acs3({
      method: 'PUT',
      path: servicePath('demo', rest),
      ...(body !== undefined && { body }),
    });
const reach =
  (state: ServiceState): Step =>
  async (harness) => {
    if ((await harness.store.read.services.getByName('demo')) !== undefined) await harness.reach(state);
    return undefined;
  };
/** What the reconciler does once nothing is left of a service. */
const vanish: Step = async (harness) => {
  const service = await harness.store.read.services.getByName('demo');
  if (service?.desired === 'Deleted')
    await harness.store.transaction((tx) => tx.services.remove(service.uid));
  return undefined;
};

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>((harness) => harness.create()),
  fc.integer({ min: 0, max: 5 }).map((Instance) => put('/scale', { Instance })),
  fc.integer({ min: 1, max: 4 }).map((Version) => put('/version', { Version })),
  fc.constantFrom('none', 'dangerous', 'all').map((Lock) => put('/lock', { Lock })),
  fc.constantFrom('/start', '/stop', '/restart').map((rest) => put(rest)),
  fc
    .constantFrom(
      { metadata: { instance: 3 } },
      { metadata: { memory: 512 } },
      { metadata: { memory: null } },
      { model_path: 'http://models/other.pmml' },
      { labels: { a: 'b' } },
      { token: 'another' },
      { metadata: { instance: -1 } },
    )
    .map<Step>((patch) => (harness) => harness.update(patch)),
  fc.constant<Step>((harness) => harness.client.acs3({ method: 'DELETE', path: servicePath('demo') })),
  fc.constantFrom<ServiceState>('Running', 'Waiting', 'Failed', 'Stopped').map(reach),
  fc.constant(vanish),
);

it('holds together whatever is asked in whatever order', async () => {
  const harness = await ControlHarness.start(temporaryFolder());
  let changes = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      let before = await harness.store.read.services.getByName('demo');
      for (const take of steps) {
        const answer = await take(harness);
        if (answer !== undefined) changes++;
        if (answer !== undefined) expect([200, 400, 403, 404, 409]).toContain(answer.status);
        const service = await harness.store.read.services.getByName('demo');
        if (answer !== undefined && answer.status !== 200) expect(service).toEqual(before);
        if (service !== undefined) {
          expect(SERVICE_STATES).toContain(service.state);
          expect(service.currentVersion).toBeLessThanOrEqual(service.latestVersion);
          const current = await harness.store.read.versions.get(service.uid, service.currentVersion);
          expect(JSON.parse(current!.config).metadata.instance).toBe(service.instanceCount);
          if (before?.uid === service.uid) {
            expect(service.generation).toBeGreaterThanOrEqual(before.generation);
            expect(service.latestVersion).toBeGreaterThanOrEqual(before.latestVersion);
            if (before.desired === 'Deleted') expect(service.desired).toBe('Deleted');
          }
          expect((await harness.describe()).body).toMatchObject({
            Status: service.state,
            AccessToken: service.token,
          });
        }
        before = service;
      }
      expect((await harness.store.read.audit.list({ offset: 0, limit: 1 })).total).toBe(changes);
    }),
    { numRuns: 20 },
  );
}, 120_000);
