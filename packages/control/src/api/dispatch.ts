import {
  type ActionName,
  type ActionSpec,
  API_ACTIONS,
  API_VERSION,
  OpenEasError,
  toOpenEasError,
} from '@openeas/contracts';
import type { AuditRecord, StoreTransaction } from '@openeas/store';
import { type Authenticated, authenticateAction } from '../auth/authenticate-action.js';
import { authorise } from '../auth/authorise.js';
import type { NonceMemory } from '../auth/nonce-memory.js';
import type { WireRequest } from '../auth/wire-request.js';
import type { ControlContext } from '../control-context.js';
import { DryRunDone, dryRun, isDryRun } from '../preview/dry-run.js';
import { checkRegion } from '../services/find-service.js';
import type { ActionCall, Answer, BoundAction, ChangeAction } from './action.js';
import { ACTION_TABLE } from './action-table.js';
import { auditDetail } from './audit-detail.js';
import { BodyParameters, parseJsonBody, QueryParameters } from './parameters.js';

export interface ReceivedCall {
  readonly action: ActionName;
  readonly requestId: string;
  readonly request: WireRequest;
  readonly path: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly sourceAddress: string;
}

/**
 * The way of every call: who asks, may they, what do they ask, do it. A change, its nonce and its audit record
 * are one transaction. A refused change leaves an audit record too.
 */
export async function dispatch(
  received: ReceivedCall,
  context: ControlContext,
  nonces: NonceMemory,
): Promise<Answer> {
  const now = context.clock.now();
  checkActionHeaders(received);
  const bound: BoundAction = ACTION_TABLE[received.action];
  const authenticated = await authenticateAction(context.store, received.request, received.body, now);
  const { nonce } = authenticated;
  if (!nonces.remember(nonce.text, nonce.expiresAt, now)) throw replay(nonce.text);
  if (bound.kind === 'absent') {
    throw new OpenEasError('ActionNotSupported', { action: received.action, reason: bound.reason });
  }
  if (bound.kind === 'read') {
    const call = compileCall(received, authenticated, now);
    authorise(call, bound, context);
    checkRegion(call, context);
    return bound.run(call, context);
  }
  return change(received, bound, authenticated, context, now);
}

async function change(
  received: ReceivedCall,
  bound: ChangeAction,
  authenticated: Authenticated,
  context: ControlContext,
  now: number,
): Promise<Answer> {
  const { nonce } = authenticated;
  let call: ActionCall | undefined;
  try {
    const compiled = compileCall(received, authenticated, now);
    call = compiled;
    authorise(compiled, bound, context);
    checkRegion(compiled, context);
    return await context.store.transaction(async (tx) => {
      await takeNonce(tx, nonce, now);
      if (isDryRun(compiled)) return dryRun(bound, compiled, context, tx);
      const answer = await bound.run(compiled, context, tx);
      await tx.audit.append(auditRecord(received, bound, authenticated, compiled, answer, 'Success', now));
      return answer;
    });
  } catch (error) {
    const outcome = error instanceof DryRunDone ? 'DryRun' : toOpenEasError(error).code;
    await context.store
      .transaction(async (tx) => {
        // Also of a refused change: what was refused today might be taken after a restart.
        await tx.nonces.remember(nonce.text, nonce.expiresAt, now);
        await tx.audit.append(auditRecord(received, bound, authenticated, call, {}, outcome, now));
      })
      .catch((failure: unknown) => {
        // The caller's answer tells what was wrong with the request, not with our bookkeeping.
        context.log.error({ err: failure, requestId: received.requestId }, 'a refusal could not be audited');
      });
    if (error instanceof DryRunDone) return error.answer;
    throw error;
  }
}

/** Durable, so that a restart of control does not let a recorded change through again. */
async function takeNonce(tx: StoreTransaction, nonce: Authenticated['nonce'], now: number): Promise<void> {
  if (!(await tx.nonces.remember(nonce.text, nonce.expiresAt, now))) throw replay(nonce.text);
}

function compileCall(received: ReceivedCall, { caller }: Authenticated, now: number): ActionCall {
  const spec: ActionSpec = API_ACTIONS[received.action];
  const { action, requestId, path, request, body } = received;
  const raw = spec.body === 'raw';
  return {
    action,
    requestId,
    caller,
    now,
    path,
    query: new QueryParameters(spec, request.query),
    body: new BodyParameters(raw ? [] : (spec.body as readonly string[]), raw ? new Uint8Array() : body),
    document: raw ? parseJsonBody(body) : undefined,
  };
}

/** `x-acs-action` and `x-acs-version` are optional, but when given they must mean the action of the path. */
function checkActionHeaders({ action, request }: ReceivedCall): void {
  const named = request.headers.get('x-acs-action');
  if (named !== undefined && named !== action) {
    throw new OpenEasError('InvalidParameter', {
      field: 'x-acs-action',
      value: named,
      expected: `${action}, which is the action at ${request.method} ${request.path}`,
    });
  }
  const version = request.headers.get('x-acs-version');
  if (version !== undefined && version !== API_VERSION) {
    throw new OpenEasError('InvalidParameter', {
      field: 'x-acs-version',
      value: version,
      expected: API_VERSION,
    });
  }
}

function auditRecord(
  received: ReceivedCall,
  { resource }: ChangeAction,
  { caller }: Authenticated,
  call: ActionCall | undefined,
  answer: Answer,
  outcome: string,
  now: number,
): AuditRecord {
  const { ServiceName, GroupName } = received.path;
  const name = ServiceName ?? GroupName ?? (answer as { ServiceName?: string }).ServiceName ?? nameIn(call);
  const detail = {
    ...Object.fromEntries(call?.query.names().map((each) => [each, call.query.value(each)]) ?? []),
    ...call?.body.all(),
    ...(call?.document !== undefined && { Document: call.document }),
  };
  return {
    time: now,
    requestId: received.requestId,
    accountUid: caller.accountUid,
    accessKeyId: caller.accessKeyId,
    action: received.action,
    resource: name === undefined ? resource : `${resource}/${name}`,
    sourceAddress: received.sourceAddress,
    outcome,
    detail: auditDetail(detail),
  };
}

function nameIn(call: ActionCall | undefined): string | undefined {
  const name = (call?.document as { name?: unknown } | undefined)?.name ?? call?.body.all().Name;
  return typeof name === 'string' ? name.slice(0, 100) : undefined;
}

function replay(nonce: string): OpenEasError {
  return new OpenEasError('SignatureNonceUsed', { nonce: nonce.slice(nonce.indexOf(':') + 1) });
}
