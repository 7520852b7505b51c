import { expect, it } from 'vitest';
import { describeTrouble } from './support/client-trouble.js';
import { HEART_ANSWER, Installation } from './support/installation.js';
import { javaTests, runJava } from './support/java.js';
import { byName, everyWayToCall, type PredictCall } from './support/predict-calls.js';

it('the prediction client for Java, unmodified, calls services in every mode and sees each refusal', {
  timeout: 300_000,
}, async (context) => {
  const tests = javaTests();
  if ('unavailable' in tests) return context.skip(tests.unavailable);
  const installation = await Installation.start('prediction-java');
  const { calls, outcomes } = await everyWayToCall(installation);
  const signed = calls['gateway, signed, string'] as PredictCall;
  // Some of these bodies have an MD5 that begins with zeros, which this client drops from what it signs.
  for (let age = 0; age < 64; age++) {
    calls[`zeros ${age}`] = { ...signed, body: `[{"age":${age}},{}]` };
    outcomes[`zeros ${age}`] = [expect.anything(), ...HEART_ANSWER];
  }
  // `setIsCompressed` signs bytes that it does not send. The signature counts as sent; the answer is not in snappy,
  // which this client has no way to ask for, so it fails over an answer of status 200.
  calls.compressed = { ...signed, compressed: true, retries: 0 };
  outcomes.compressed = { status: 200 };
  const printed = await runJava(tests.classPath, 'PredictionClient', Object.values(calls));
  expect(byName(calls, printed)).toEqual(outcomes);
});

describeTrouble(
  'the prediction client for Java, unmodified',
  () => {
    const tests = javaTests();
    if ('unavailable' in tests) return tests;
    return { caller: (calls) => runJava(tests.classPath, 'PredictionClient', calls) };
  },
  { attempts: 4, retriesEverything: true },
);
