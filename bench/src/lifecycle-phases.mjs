// The life of a service, change by change: what the lifecycle scenario and test/lifecycle.test.ts lead through.

const PATIENCE_MS = 120_000;

/**
 * Every change of a service's life in order. `client` calls the control API; the service `name` runs with 2
 * instances, `other` beside it with 1. Each `run` resolves when the change is complete, with the answer of the
 * call that made it.
 * @returns {{ name: string, run: () => Promise<{ ReceiptId?: string, service: string }> }[]}
 */
export function lifecyclePhases({ client, name, other, model }) {
  const path = { ClusterId: 'local', ServiceName: name };
  let partner = '';
  const settled = (fits) => settle(client, name, fits);
  const act =
    (action, body, fits = () => true) =>
    async () => {
      const answer = await client.call(action, { path, ...(body && { body }) });
      await settled(fits);
      return { ...answer, service: name };
    };
  const release = (weight) => async () => {
    const body = { Weight: weight };
    const answer = await client.call('ReleaseService', { path: { ...path, ServiceName: partner }, body });
    return { ...answer, service: partner };
  };
  const scale = (count) =>
    act('ScaleService', { Instance: count }, (service) => service.RunningInstance === count);
  const version = (wanted) => (service) => service.CurrentVersion === wanted;
  return [
    {
      name: 'rolling update',
      run: act('UpdateService', { processor: 'pmml', model_path: model }, version(2)),
    },
    { name: 'version switch', run: act('UpdateServiceVersion', { Version: 1 }, version(1)) },
    { name: 'scale 2 to 1', run: scale(1) },
    { name: 'scale 1 to 4', run: scale(4) },
    { name: 'scale 4 to 2', run: scale(2) },
    { name: 'restart', run: act('RestartService') },
    { name: 'restart in place', run: () => restartOne(client, path) },
    {
      name: 'batches',
      async run() {
        const body = { Batch: { BatchSize: '1', Interval: '1s' } };
        await client.call('CreateServiceRollout', { path, body });
        const answer = await act('UpdateServiceVersion', { Version: 2 }, version(2))();
        await client.call('DeleteServiceRollout', { path });
        return answer;
      },
    },
    {
      name: 'mirror 20 %',
      async run() {
        const answer = await act('CreateServiceMirror', { Ratio: 20, Target: [other] })();
        // Copies go out for a while.
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        await client.call('DeleteServiceMirror', { path });
        return answer;
      },
    },
    {
      name: 'create -r',
      async run() {
        const metadata = { instance: 2, cpu: 0.1, release: true };
        const body = { name, processor: 'pmml', model_path: model, metadata };
        const created = await client.call('CreateService', { body });
        partner = created.ServiceName;
        await settle(client, partner);
        return { service: partner };
      },
    },
    { name: 'release 20 %', run: release(20) },
    { name: 'release 50 %', run: release(50) },
    { name: 'release 100 %', run: release(100) },
    {
      name: 'delete old side',
      async run() {
        await client.call('DeleteService', { path });
        await gone(client, name);
        return { service: partner };
      },
    },
    {
      name: 'stop of another',
      async run() {
        await client.call('StopService', { path: { ...path, ServiceName: other } });
        await settle(client, other, () => true, 'Stopped');
        return { service: other };
      },
    },
  ];
}

/** The first instance of the service ends its process and starts again under its name. */
async function restartOne(client, path) {
  const instances = async () => (await client.call('ListServiceInstances', { path })).Instances;
  const [one] = await instances();
  const query = { InstanceList: one.InstanceName, SoftRestart: true };
  const answer = await client.call('DeleteServiceInstances', { path, query });
  await poll(`${one.InstanceName} is back`, async () =>
    (await instances()).some(
      (each) =>
        each.InstanceName === one.InstanceName &&
        each.RestartCount > one.RestartCount &&
        each.Status === 'Running',
    ),
  );
  return { ...answer, service: path.ServiceName };
}

/** Waits until the service is in the state, and fits. */
export function settle(client, name, fits = () => true, status = 'Running') {
  return poll(`${name} is ${status}`, async () => {
    const service = await client.call('DescribeService', { path: { ClusterId: 'local', ServiceName: name } });
    return service.Status === status && fits(service) && service;
  });
}

function gone(client, name) {
  return poll(`${name} is gone`, async () => {
    try {
      await client.call('DescribeService', { path: { ClusterId: 'local', ServiceName: name } });
      return false;
    } catch (error) {
      if (error.code === 'ServiceNotFound') return true;
      throw error;
    }
  });
}

/** Control may be away for a moment where it is killed; what else goes wrong is told at the end. */
export async function poll(what, look, withinMs = PATIENCE_MS) {
  const deadline = performance.now() + withinMs;
  for (let last; ; ) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The receipt of a change (contracts: TrafficReceipt), or undefined when it has none. */
export async function receiptOf(client, { ReceiptId, service }) {
  if (ReceiptId === undefined) return undefined;
  return poll(`receipt of ${service}`, async () => {
    const { Events } = await client.call('DescribeServiceEvent', {
      path: { ClusterId: 'local', ServiceName: service },
      query: { PageNum: '1', PageSize: '50' },
    });
    const receipts = Events.filter(({ Reason }) => Reason === 'TrafficReceipt').map(
      ({ Message }) => JSON.parse(Message).receipt,
    );
    return receipts.find((receipt) => receipt?.id === ReceiptId);
  });
}
