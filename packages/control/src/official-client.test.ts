import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { ControlHarness, DEMO } from './testing/control-harness.js';
import { temporaryFolder } from './testing/temporary-folder.js';

// The transport under Alibaba Cloud's generated TypeScript clients, unmodified. It brings no types we could use.
// biome-ignore lint/suspicious/noExplicitAny: see above
const core: any = createRequire(import.meta.url)('@alicloud/openapi-core');
// biome-ignore lint/suspicious/noExplicitAny: see above
const { RuntimeOptions }: any = createRequire(import.meta.url)('@darabonba/typescript');

it.each(['ACS3-HMAC-SHA256', 'v2'])(
  'the official transport works, signing by %s',
  async (signatureAlgorithm) => {
    const harness = await ControlHarness.start(temporaryFolder());
    const { host, port } = harness.client.address;
    const { Config, OpenApiRequest, Params } = core.$OpenApiUtil;
    const client = new core.default(
      new Config({
        accessKeyId: harness.client.credentials.id,
        accessKeySecret: harness.client.credentials.secret,
        endpoint: `${host}:${port}`,
        protocol: 'http',
        regionId: 'local',
        signatureAlgorithm,
      }),
    );
    const call = (
      action: string,
      method: string,
      pathname: string,
      query = {},
      body?: unknown,
    ): Promise<{ body: object }> =>
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
        new OpenApiRequest({ query, body }),
        new RuntimeOptions({}),
      );
    const labels = { team: "a b*~+%'()!é" };
    const created = await call(
      'CreateService',
      'POST',
      '/api/v2/services',
      { Labels: JSON.stringify(labels) },
      DEMO,
    );
    expect(created.body).toMatchObject({ ServiceName: 'demo', Status: 'Creating' });
    expect((await harness.service()).labels).toEqual(labels);
    const listed = await call('ListServices', 'GET', '/api/v2/services', {
      Filter: 'de',
      PageNumber: '1',
      PageSize: '10',
    });
    expect(listed.body).toMatchObject({ TotalCount: 1 });
    const path = '/api/v2/services/local/demo';
    expect((await call('StopService', 'PUT', `${path}/stop`)).body).toHaveProperty('RequestId');
    expect((await call('ScaleService', 'PUT', `${path}/scale`, {}, { Instance: 3 })).body).toHaveProperty(
      'RequestId',
    );
    expect((await call('DeleteService', 'DELETE', path)).body).toMatchObject({
      Message: 'Service [demo] in region [local] is terminating',
    });
    await expect(call('DescribeService', 'GET', '/api/v2/services/local/nobody')).rejects.toMatchObject({
      code: 'ServiceNotFound',
      statusCode: 404,
    });
  },
);
