import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEasClient, type EasClient, type EasClientOptions } from './eas-client.js';
import { EasApiError, EasConnectionError } from './errors.js';
import { NO_RETRY } from './retry.js';
import { describeService, listServices, scaleService } from './service-actions.js';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

async function serve(
  handler: Handler,
): Promise<{ server: Server; endpoint: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response, requests.length);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function clientOf(endpoint: string, options: Partial<EasClientOptions> = {}): EasClient {
  const client = createEasClient({
    endpoint,
    accessKeyId: 'ak',
    accessKeySecret: 'sk',
    regionId: 'local',
    retry: { refusedMs: 20_000, unavailableMs: 20_000, backoff: { initialMs: 1, maxMs: 2, factor: 2 } },
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const unavailable = { Code: 'ControlUnavailable', Message: 'soon', RequestId: 'R' };

describe('createEasClient', () => {
  it('sends what the table says and returns the body', async () => {
    const { endpoint, requests } = await serve((_, response) =>
      answer(response, 200, { ServiceName: 'demo' }),
    );
    const service = await describeService(clientOf(endpoint), 'demo');
    expect(service.ServiceName).toBe('demo');
    const [request] = requests;
    expect(`${request?.method} ${request?.url}`).toBe('GET /api/v2/services/local/demo');
    expect(request?.headers).toMatchObject({
      host: endpoint,
      accept: 'application/json',
      'x-acs-action': 'DescribeService',
      'x-acs-version': '2021-07-01',
    });
  });

  it('says under which id the traffic during a change is counted', async () => {
    const { endpoint } = await serve((_, response) => {
      response.setHeader('x-openeas-receipt', 'R-1');
      answer(response, 200, { Message: 'scaling', RequestId: 'R-1' });
    });
    expect(await scaleService(clientOf(endpoint), 'demo', 2)).toEqual({
      Message: 'scaling',
      RequestId: 'R-1',
      ReceiptId: 'R-1',
    });
  });

  it('keeps one connection for reads and never reuses one for a change', async () => {
    const { endpoint, requests } = await serve((request, response) => {
      request.resume().on('end', () => answer(response, 200, {}));
    });
    const client = clientOf(endpoint);
    await client.call('DescribeService', { path: { ServiceName: 'a' } });
    await client.call('DescribeService', { path: { ServiceName: 'a' } });
    await client.call('ScaleService', { path: { ServiceName: 'a' }, body: { Instance: 2 } });
    const [first, second, third] = requests.map((request) => request.socket.remotePort);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('turns an error answer, in either spelling, into an EasApiError', async () => {
    const { endpoint } = await serve((_, response, count) =>
      answer(
        response,
        404,
        count === 1
          ? { Code: 'ServiceNotFound', Message: 'no', RequestId: 'R1' }
          : { code: 'ServiceNotFound', message: 'no', requestId: 'R1' },
      ),
    );
    const client = clientOf(endpoint);
    for (let round = 0; round < 2; round++) {
      const error = await describeService(client, 'x').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(EasApiError);
      expect(error).toMatchObject({ status: 404, code: 'ServiceNotFound', message: 'no', requestId: 'R1' });
    }
  });

  it('waits for a control plane that is coming back, with a fresh nonce each time', async () => {
    const { endpoint, requests } = await serve((request, response, count) => {
      request
        .resume()
        .on('end', () => answer(response, count < 4 ? 503 : 200, count < 4 ? unavailable : { ok: 1 }));
    });
    expect(await clientOf(endpoint).call('StopService', { path: { ServiceName: 'a' } })).toEqual({ ok: 1 });
    expect(new Set(requests.map((request) => request.headers['x-acs-signature-nonce'])).size).toBe(4);
  });

  it('tries a refused connection again', async () => {
    const { server, endpoint } = await serve((_, response) => answer(response, 200, { back: true }));
    const port = Number(endpoint.split(':')[1]);
    await new Promise((resolve) => server.close(resolve));
    const late = createServer((_, response) => answer(response, 200, { back: true }));
    onTestFinished(() => {
      late.closeAllConnections();
      late.close();
    });
    const result = clientOf(endpoint).call('StopService', { path: { ServiceName: 'a' } });
    setImmediate(() => late.listen(port, '127.0.0.1'));
    expect(await result).toEqual({ back: true });
  });

  it('says that nothing answers when nobody listens', async () => {
    const { server, endpoint } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    const error = await describeService(clientOf(endpoint, { retry: NO_RETRY }), 'a').catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(EasConnectionError);
    expect(error).toMatchObject({ failure: 'refused', neverSent: true });
    expect((error as Error).message).toContain(`Nothing answers at http://${endpoint}`);
  });

  it('repeats a read whose connection broke, but never a change', async () => {
    const { endpoint, requests } = await serve((request, response, count) => {
      if (count % 2 === 1) request.socket.destroy();
      else answer(response, 200, { read: true });
    });
    const client = clientOf(endpoint);
    expect(await describeService(client, 'a')).toEqual({ read: true });
    const stop = client.call('StopService', { path: { ServiceName: 'a' } });
    await expect(stop).rejects.toMatchObject({ failure: 'lost', neverSent: false });
    expect(requests).toHaveLength(3);
  });

  it('reports an answer that was cut off', async () => {
    const { endpoint } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"a":');
      response.socket?.end();
    });
    await expect(describeService(clientOf(endpoint, { retry: NO_RETRY }), 'a')).rejects.toMatchObject({
      failure: 'lost',
    });
  });

  it('ends a silent exchange', async () => {
    const { endpoint } = await serve(() => undefined);
    const client = clientOf(endpoint, { timeoutMs: 20 });
    await expect(describeService(client, 'a')).rejects.toMatchObject({ failure: 'timeout' });
  });

  it('can be abandoned while it waits for the answer and between tries', async () => {
    const controller = new AbortController();
    const silent = await serve(() => controller.abort(new Error('enough')));
    await expect(describeService(clientOf(silent.endpoint), 'a', controller.signal)).rejects.toThrow(
      'enough',
    );

    const between = new AbortController();
    const busy = await serve((_, response) => {
      answer(response, 503, unavailable);
      response.on('finish', () => between.abort(new Error('enough')));
    });
    const retry = { refusedMs: 0, unavailableMs: 1e9, backoff: { initialMs: 1e8, maxMs: 1e8, factor: 1 } };
    await expect(describeService(clientOf(busy.endpoint, { retry }), 'a', between.signal)).rejects.toThrow(
      'enough',
    );
  });

  it('tells an API from a web page and from another protocol', async () => {
    const page = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    );
    await expect(describeService(clientOf(page.endpoint), 'a')).rejects.toMatchObject({
      failure: 'not-an-api',
    });

    const tcp = createTcpServer((socket) => socket.end('SSH-2.0-nothing\r\n'));
    onTestFinished(() => void tcp.close());
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const endpoint = `127.0.0.1:${(tcp.address() as AddressInfo).port}`;
    await expect(describeService(clientOf(endpoint), 'a')).rejects.toMatchObject({ failure: 'not-an-api' });
  });

  it('reads all pages of a list', async () => {
    const { endpoint } = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('PageNumber'));
      const names = Array.from({ length: page < 3 ? 100 : 50 }, (_, index) => ({
        ServiceName: `${page}-${index}`,
      }));
      answer(response, 200, { RequestId: 'R', TotalCount: 250, Services: names });
    });
    const { items } = await listServices(clientOf(endpoint));
    expect(items).toHaveLength(250);
    expect(new Set(items.map((item) => item.ServiceName)).size).toBe(250);
  });
});
