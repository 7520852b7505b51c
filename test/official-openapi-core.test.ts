import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { HEART_ANSWER, Installation } from './support/installation.js';

// The transport under Alibaba Cloud's generated TypeScript clients; the generated EAS package itself is not
// in the registry, so each action is called generically, as the generated code does.
const {
  Config,
  $OpenApiUtil,
  default: OpenApiClient,
} = createRequire(import.meta.url)('@alicloud/openapi-core');
const ApiConfig = Config ?? $OpenApiUtil.Config;

interface CallOptions {
  readonly action: string;
  readonly method: string;
  readonly pathname: string;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
}

function caller(
  installation: Installation,
): (options: CallOptions) => Promise<{ statusCode: number; body: Record<string, unknown> }> {
  const { AccessKeyId, AccessKeySecret } = installation.credentials;
  const config = new ApiConfig({
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    endpoint: `127.0.0.1:${installation.port}`,
    protocol: 'http',
    regionId: 'local',
  });
  const client = new OpenApiClient(config);
  const { OpenApiRequest, Params } = $OpenApiUtil;
  const { RuntimeOptions } = createRequire(import.meta.url)('@darabonba/typescript');
  return ({ action, method, pathname, query, body }) =>
    client.callApi(
      new Params({
        action,
        version: '2021-07-01',
        protocol: 'HTTP',
        pathname,
        method,
        authType: 'AK',
        style: 'ROA',
        reqBodyType: 'json',
        bodyType: 'json',
      }),
      new OpenApiRequest({ query: query ?? {}, body }),
      new RuntimeOptions({ readTimeout: 10_000, connectTimeout: 5_000 }),
    );
}

it('the official TypeScript transport, unmodified, creates, describes, lists and deletes a service', async () => {
  const installation = await Installation.start('openapi-core');
  const call = caller(installation);
  const created = await call({
    action: 'CreateService',
    method: 'POST',
    pathname: '/api/v2/services',
    query: { Labels: JSON.stringify({ team: 'a b*~' }) },
    body: installation.description('official'),
  });
  expect(created.statusCode).toBe(200);
  expect(created.body).toMatchObject({ ServiceName: 'official', Status: 'Creating', Region: 'local' });
  const service = await installation.until(installation.client(), 'official', 'Running');
  expect(await (await installation.predict(service)).json()).toEqual(HEART_ANSWER);

  const described = await call({
    action: 'DescribeService',
    method: 'GET',
    pathname: '/api/v2/services/local/official',
  });
  expect(described.body.Labels).toEqual([{ LabelKey: 'team', LabelValue: 'a b*~' }]);
  const listed = await call({
    action: 'ListServices',
    method: 'GET',
    pathname: '/api/v2/services',
    query: { Filter: 'offi', PageNumber: '1', PageSize: '10' },
  });
  expect(listed.body).toMatchObject({ TotalCount: 1, PageNumber: 1, PageSize: 10 });

  await expect(
    call({ action: 'DescribeService', method: 'GET', pathname: '/api/v2/services/local/nobody' }),
  ).rejects.toMatchObject({ code: 'ServiceNotFound', statusCode: 404 });
  const deleted = await call({
    action: 'DeleteService',
    method: 'DELETE',
    pathname: '/api/v2/services/local/official',
  });
  expect(deleted.body.Message).toBe('Service [official] in region [local] is terminating');
});
