import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ActionName, API_ACTIONS, OpenEasError, type ServiceView } from '@openeas/contracts';
import { acs3Problem } from './verify-acs3.js';

export const KEY = { id: 'LTAItest', secret: 'test-secret' };

export interface Call {
  readonly action: ActionName;
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

type Reply = { readonly status?: number; readonly body: unknown };

/**
 * A server that plays the control API and the object store: real sockets, real signature checks, and services
 * whose next states are written down beforehand.
 */
export class FakeControl {
  readonly calls: Call[] = [];
  readonly objects = new Map<string, Buffer>();
  uploads = 0;
  /** Each DescribeService of a service takes the next entry; the last one stays. `null` = gone. */
  readonly futures = new Map<string, (Partial<ServiceView> | null)[]>();
  readonly services = new Map<string, ServiceView>();
  /** Answers of a test's own, asked first. */
  override: (call: Call) => Reply | undefined = () => undefined;
  /** Called before each request is read; true = the test dealt with it. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  #server: Server | undefined;
  #answers = 0;

  get address(): string {
    const address = this.#server?.address() as AddressInfo | undefined;
    return `127.0.0.1:${address?.port}`;
  }

  async listen(port = 0): Promise<this> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(port, '127.0.0.1', resolve));
    return this;
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** Adds a running service; `future` is what the next DescribeService calls will see of it. */
  add(name: string, fields: Partial<ServiceView> = {}, ...future: (Partial<ServiceView> | null)[]): void {
    this.services.set(name, { ...view(name), ...fields });
    this.futures.set(name, future);
  }

  callsOf(action: ActionName): Call[] {
    return this.calls.filter((call) => call.action === action);
  }

  #requestId(): string {
    this.#answers++;
    return `1651567F-8F8D-4A2B-933D-${String(this.#answers).padStart(12, '0')}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.intercept(request, response)) return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    if (request.headers.authorization?.startsWith('OSS ')) {
      this.#serveObjects(request, content, response);
      return;
    }
    const { status = 200, body } = this.#answer(request, content.toString('utf8'));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ RequestId: this.#requestId(), ...(body as object) }));
  }

  #answer(request: IncomingMessage, body: string): Reply {
    const action = String(request.headers['x-acs-action']) as ActionName;
    const problem = acs3Problem(request, body, (id) => (id === KEY.id ? KEY.secret : undefined));
    if (problem !== undefined) {
      const facts = { accessKeyId: 'LTAItest', stringToSign: `(${problem})` };
      return failure(new OpenEasError('SignatureDoesNotMatch', facts));
    }
    const url = new URL(request.url ?? '/', 'http://localhost');
    const spec = API_ACTIONS[action];
    const pattern = new RegExp(`^${spec.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = pattern.exec(url.pathname);
    if (match === null || request.method !== spec.method) {
      return failure(
        new OpenEasError('InvalidAction', { action, method: request.method, path: url.pathname }),
      );
    }
    const name = decodeURIComponent(match.groups?.ServiceName ?? '');
    const call: Call = { action, name, query: Object.fromEntries(url.searchParams), body };
    this.calls.push(call);
    const own = this.override(call);
    if (own !== undefined) return own;
    try {
      return { body: this.#act(call) };
    } catch (error) {
      if (error instanceof OpenEasError) return failure(error);
      throw error;
    }
  }

  #act(call: Call): unknown {
    const { action, name } = call;
    if (action === 'DescribeRegions') return { Regions: [{ RegionId: 'local', RegionName: 'local' }] };
    if (action === 'ListServices') {
      const all = [...this.services.values()];
      const found = all.filter((service) => service.ServiceName.includes(call.query.Filter ?? ''));
      return { PageNumber: 1, PageSize: 100, TotalCount: found.length, Services: found };
    }
    if (action === 'CreateService') {
      const config = JSON.parse(call.body) as { name: string };
      if (this.services.has(config.name))
        throw new OpenEasError('ServiceAlreadyExists', { name: config.name });
      const created = { ...view(config.name), ...starting, ServiceConfig: call.body };
      this.services.set(config.name, created);
      return created;
    }
    const service = this.services.get(name);
    if (service === undefined) throw new OpenEasError('ServiceNotFound', { name, region: 'local' });
    if (action === 'DescribeService') return this.#describe(service);
    const word = { StartService: 'starting', StopService: 'stopping', ScaleService: 'scaling' }[
      action as string
    ];
    return {
      Message: word ? `Service [${name}] in region [local] is ${word}` : `Succeed to ${action} [${name}]`,
    };
  }

  #describe(service: ServiceView): unknown {
    const name = service.ServiceName;
    const future = this.futures.get(name);
    const next = future?.shift();
    if (next === null) {
      this.services.delete(name);
      throw new OpenEasError('ServiceNotFound', { name, region: 'local' });
    }
    const now = { ...service, ...next };
    this.services.set(name, now);
    return now;
  }

  #serveObjects(request: IncomingMessage, content: Buffer, response: ServerResponse): void {
    const { headers } = request;
    const resource = decodeURIComponent(request.url ?? '/');
    const text = [
      request.method,
      headers['content-md5'] ?? '',
      headers['content-type'] ?? '',
      headers.date,
      resource,
    ];
    const signature = createHmac('sha1', KEY.secret).update(text.join('\n')).digest('base64');
    if (headers.authorization !== `OSS ${KEY.id}:${signature}`) {
      response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>');
    } else if (request.method === 'HEAD') {
      const object = this.objects.get(resource.slice(1));
      const etag = object && `"${createHash('md5').update(object).digest('hex').toUpperCase()}"`;
      if (object === undefined) response.writeHead(404).end();
      else response.writeHead(200, { etag, 'content-length': object.length }).end();
    } else if (request.method === 'GET') {
      response.end(
        '<ListAllMyBucketsResult><Owner><ID>1828488879220000</ID></Owner><Buckets><Bucket>' +
          '<Name>eas-model-local</Name></Bucket></Buckets></ListAllMyBucketsResult>',
      );
    } else {
      const md5 = createHash('md5').update(content).digest('base64');
      if (md5 !== headers['content-md5']) {
        response.writeHead(400).end('<Error><Code>InvalidDigest</Code><Message>damaged</Message></Error>');
        return;
      }
      this.uploads++;
      this.objects.set(resource.slice(1), content);
      response.writeHead(200, { etag: `"${md5}"` }).end();
    }
  }
}

export function failure(error: OpenEasError): Reply {
  return { status: error.status, body: { Code: error.code, Message: error.message } };
}

export const starting: Partial<ServiceView> = {
  Status: 'Creating',
  Message: 'Creating instances',
  RunningInstance: 0,
  PendingInstance: 1,
};
export const running: Partial<ServiceView> = {
  Status: 'Running',
  Message: 'Service start successfully',
  RunningInstance: 1,
  PendingInstance: 0,
};

function view(name: string): ServiceView {
  const endpoint = `http://127.0.0.1:7300/api/predict/${name}`;
  return {
    AccessToken: 'YjQxZDYzZTBiZTZjMzQ5ZmE0MzczZjIxMGZiNzZmMDBkY2VjMDg4NQ==',
    CallerUid: '1828488879220000',
    Cpu: 1,
    CreateTime: '2026-11-20T16:35:41Z',
    CurrentVersion: 1,
    ExtraData: '',
    Gpu: 0,
    Image: '',
    InternetEndpoint: endpoint,
    IntranetEndpoint: endpoint,
    Labels: [],
    LatestVersion: 1,
    Memory: 1000,
    Message: 'Service start successfully',
    Namespace: name,
    ParentUid: '1828488879220000',
    PendingInstance: 0,
    Reason: 'RUNNING',
    Region: 'local',
    Resource: '',
    Role: '',
    RunningInstance: 1,
    SafetyLock: 'none',
    ServiceConfig: JSON.stringify({ name, processor: 'pmml', metadata: { instance: 1, cpu: 1 } }),
    ServiceGroup: '',
    ServiceId: 'eas-m-1',
    ServiceName: name,
    ServiceUid: 'eas-m-abcdefghij0123456789',
    Source: '',
    Status: 'Running',
    TotalInstance: 1,
    TrafficState: 'standalone',
    UpdateTime: '2026-11-20T16:36:02Z',
    Weight: 0,
    WorkspaceId: '',
  };
}
