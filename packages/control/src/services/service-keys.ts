import { createHash, hkdfSync } from 'node:crypto';
import type { KeyPair, Route, ServiceDescription } from '@openeas/contracts';

/** The key pairs of one service. */
export interface ServiceKeys {
  /** AppKey and AppSecret of the API-gateway address (contract 9.1). */
  readonly app: KeyPair;
  /** Key pair of the AKSK scheme (contract 9.2); its secret is Base64 text. */
  readonly access: KeyPair;
}

/**
 * Makes the key pairs of services from one secret of the installation: the same ones whenever they are asked for, so
 * nothing need be stored, and none tells anything about another or about the secret.
 */
export class ServiceKeyMaker {
  readonly #secret: string;

  constructor(secret: string) {
    if (secret === '') throw new RangeError('the secret must not be empty');
    this.#secret = secret;
  }

  keysOf(serviceUid: string): ServiceKeys {
    const derive = (purpose: string, bytes: number): Buffer =>
      Buffer.from(hkdfSync('sha256', this.#secret, serviceUid, `openeas ${purpose}`, bytes));
    const digest = createHash('sha256').update(serviceUid).digest();
    return {
      // Eight digits or more, as the API gateway's own AppKeys; it only says whose secret to use.
      app: {
        id: String(10_000_000 + digest.readUIntBE(0, 5)),
        secret: derive('api-gateway app secret', 16).toString('hex'),
      },
      access: {
        id: `OEAK${digest.toString('hex', 5, 15)}`,
        secret: derive('aksk secret', 32).toString('base64'),
      },
    };
  }

  /** What the gateway lets in by signature, beside the token. `name` = that of the route. */
  accessOf(
    service: { readonly uid: string; readonly accountUid: string },
    { gatewayPolicy }: Pick<ServiceDescription, 'gatewayPolicy'>,
    name: string,
  ): Pick<Route, 'apiGateway' | 'accessKeys'> {
    const { apiGateway, accessKey } = gatewayPolicy;
    if (apiGateway === undefined && accessKey !== true) return {};
    const { app, access } = this.keysOf(service.uid);
    return {
      ...(apiGateway === undefined
        ? {}
        : {
            apiGateway: {
              alias: apiGatewayAlias(service.accountUid, name),
              keys: [app],
              dailyLimit: apiGateway.dailyLimit,
            },
          }),
      ...(accessKey === true ? { accessKeys: [access] } : {}),
    };
  }
}

/** First part of the path of the API-gateway address: `EAPI_{uid}_{service}` (contract 9.1). */
export function apiGatewayAlias(accountUid: string, name: string): string {
  return `EAPI_${accountUid}_${name}`;
}
