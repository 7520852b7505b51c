import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeTrouble } from './support/client-trouble.js';
import { HEART_DISEASE, Installation } from './support/installation.js';
import { byName, everyWayToCall, type PredictCall } from './support/predict-calls.js';
import { pythonWith, runPython } from './support/python.js';

const MINUTES = 60_000;

const OPENAPI = ['alibabacloud_eas20210701==7.0.0'] as const;

it('the generated OpenAPI client for Python, unmodified, drives the whole life of a service', {
  timeout: 5 * MINUTES,
}, async (context) => {
  const environment = pythonWith('openapi', OPENAPI);
  if ('unavailable' in environment) return context.skip(environment.unavailable);
  const seen = await drive('openapi_client.py', environment.python);
  expect(seen).toEqual({
    created: { name: 'generated_client', status: 'Creating', region: 'local' },
    described: {
      status: 'Running',
      version: 1,
      running: 1,
      labels: [['team', 'risk']],
      config_name: 'generated_client',
    },
    listed: [1, ['generated_client']],
    updated: 'Succeed to update service [generated_client] in region [local]',
    versions: [2, [2, 1]],
    switched: 'Service [generated_client] in region [local] is starting',
    scaled: 'Succeed to update service [generated_client] in region [local]',
    instances: [2, ['Running']],
    logs: true,
    events: true,
    endpoints: [true, 'DefaultGateway'],
    labels: [['stage', 'test']],
    locked: 'service safety lock updated to dangerous',
    lock_refuses: 'ServiceLocked',
    restarted: 'Service is restarting',
    stopped: expect.stringContaining('generated_client'),
    started: 'Service [generated_client] in region [local] is starting',
    regions: ['local'],
    deleted: 'Service [generated_client] in region [local] is terminating',
  });
});

it('the generated OpenAPI client for Python, unmodified, groups services and mirrors their traffic', {
  timeout: 5 * MINUTES,
}, async (context) => {
  const environment = pythonWith('openapi', OPENAPI);
  if ('unavailable' in environment) return context.skip(environment.unavailable);
  // This client reads the target and the ratio of a mirror as text.
  expect(await drive('openapi_traffic.py', environment.python)).toEqual({
    states: [
      ['ranking', 'grouping'],
      ['ranking', 'standalone'],
    ],
    group: ['ranking', 'local', 'auto'],
    groups: [1, ['ranking']],
    endpoints: [true, true],
    released: ['ranking', 'grouping'],
    mirrored: ['candidate', '20'],
    remirrored: ['candidate', '50'],
    unmirrored: 'MirrorNotFound',
  });
});

/** What a program that manages services printed of an installation of its own. */
async function drive(program: string, python: string): Promise<unknown> {
  const installation = await Installation.start('openapi-python');
  const { AccessKeyId, AccessKeySecret } = installation.credentials;
  return runPython(python, program, [
    `127.0.0.1:${installation.port}`,
    AccessKeyId,
    AccessKeySecret,
    join(HEART_DISEASE, 'heart-disease.pmml'),
  ]);
}

const PREDICTION = ['eas-prediction==0.36'] as const;

it('the prediction client for Python, unmodified, calls services in every mode and sees each refusal', {
  timeout: 5 * MINUTES,
}, async (context) => {
  const environment = pythonWith('prediction', PREDICTION);
  if ('unavailable' in environment) return context.skip(environment.unavailable);
  const { calls, outcomes } = await everyWayToCall(await Installation.start('prediction-python'));
  const signed = calls['gateway, signed, string'] as PredictCall;
  calls.compressed = { ...signed, compressed: true };
  outcomes.compressed = outcomes['gateway, signed, string'];
  const printed = await runPython(environment.python, 'prediction_client.py', [], Object.values(calls));
  expect(byName(calls, printed)).toEqual(outcomes);
});

describeTrouble(
  'the prediction client for Python, unmodified',
  () => {
    const environment = pythonWith('prediction', PREDICTION);
    if ('unavailable' in environment) return environment;
    return { caller: (calls) => runPython(environment.python, 'prediction_client.py', [], calls) };
  },
  { attempts: 5, retriesEverything: false },
);
