import type { ActionName, JsonValue } from '@openeas/contracts';
import type { StoreTransaction } from '@openeas/store';
import type { Caller } from '../auth/access-keys.js';
import type { ControlContext } from '../control-context.js';
import type { BodyParameters, QueryParameters } from './parameters.js';

/** One authenticated call whose parameters were checked by the table. */
export interface ActionCall {
  readonly action: ActionName;
  readonly requestId: string;
  readonly caller: Caller;
  readonly now: number;
  /** Path parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: QueryParameters;
  readonly body: BodyParameters;
  /** The body of a raw-body action. */
  readonly document: JsonValue | undefined;
}

/** The fields of an answer besides RequestId. */
export type Answer = object;

interface Common {
  /** `eas:CreateService`: what a policy would name. */
  readonly permission: string;
  /** What the audit names, e.g. `service/demo`. */
  readonly resource: 'service' | 'group' | 'region';
}

export interface ReadAction extends Common {
  readonly kind: 'read';
  readonly run: (call: ActionCall, context: ControlContext) => Promise<Answer>;
}

/** Runs in one transaction with its nonce and its audit record. */
export interface ChangeAction extends Common {
  readonly kind: 'change';
  readonly run: (call: ActionCall, context: ControlContext, tx: StoreTransaction) => Promise<Answer>;
}

/** Known, but not on this installation. */
export interface AbsentAction {
  readonly kind: 'absent';
  readonly reason: string;
}

export type BoundAction = ReadAction | ChangeAction | AbsentAction;
