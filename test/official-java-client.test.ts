import { expect, it } from 'vitest';
import { HEART_ANSWER, Installation } from './support/installation.js';
import { javaTests, runJava } from './support/java.js';

it('the prediction client for Java, unmodified, calls a service through the gateway and directly', {
  timeout: 300_000,
}, async (context) => {
  const tests = javaTests();
  if ('unavailable' in tests) return context.skip(tests.unavailable);
  const installation = await Installation.start('prediction-java');
  const client = installation.client();
  await client.call('CreateService', { body: installation.description('heart') });
  const service = await installation.until(client, 'heart', 'Running');
  const seen = await runJava(tests.classPath, 'PredictionClient', [
    `127.0.0.1:${installation.port}`,
    'heart',
    service.AccessToken,
  ]);
  expect(seen).toEqual({
    string: HEART_ANSWER,
    bytes: [...HEART_ANSWER, ...HEART_ANSWER],
    md5_quirk: true,
    wrong_token: 401,
    no_service: 404,
    bad_field: 400,
    direct: HEART_ANSWER,
  });
});
