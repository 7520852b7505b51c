/** Who has to act: the caller of the API, the owner of a record or model, something we depend on, or we. */
export type Fault = 'caller' | 'record' | 'model' | 'dependency' | 'platform';

export interface ErrorSpec {
  readonly status: number;
  readonly fault: Fault;
  /** True when the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** Facts in braces; says what is wrong and what to do next. */
  readonly template: string;
}

function spec(status: number, fault: Fault, retryable: boolean, template: string): ErrorSpec {
  return { status, fault, retryable, template };
}

/**
 * The only place where errors are declared. Codes are stable: retire, never reuse.
 * The codes with a dot and the signature codes are those of Alibaba Cloud's own API gateway.
 */
export const ERROR_CATALOGUE = {
  // --- control API: who calls
  MissingAuthentication: spec(
    401,
    'caller',
    false,
    'The request carries no signature. Sign it with an AccessKey (run `eascmd config` to store one) or log in to the console.',
  ),
  'InvalidAccessKeyId.NotFound': spec(
    404,
    'caller',
    false,
    'AccessKey {accessKeyId} does not exist here. Use the one printed by `npm start`, kept in the eascmd configuration.',
  ),
  'InvalidAccessKeyId.Inactive': spec(
    403,
    'caller',
    false,
    'AccessKey {accessKeyId} is disabled. Enable it or use another one.',
  ),
  SignatureDoesNotMatch: spec(
    400,
    'caller',
    false,
    'The signature does not fit the request and AccessKey {accessKeyId}. Check the secret; the server signed this text: {stringToSign}',
  ),
  SignatureNonceUsed: spec(
    400,
    'caller',
    false,
    'The nonce {nonce} was used before. Send every request with a fresh x-acs-signature-nonce.',
  ),
  'InvalidTimeStamp.Expired': spec(
    400,
    'caller',
    false,
    'The request is dated {date}, which is {skew} s away from the clock of this server; at most {allowed} s are accepted. Set your clock.',
  ),
  'InvalidTimeStamp.Format': spec(
    400,
    'caller',
    false,
    'The date {date} cannot be read; expected {expected}.',
  ),
  SignatureMethodNotSupported: spec(
    400,
    'caller',
    false,
    'The signature method {method} is not offered here. Sign with ACS3-HMAC-SHA256, or with the older `acs` form (HMAC-SHA1).',
  ),
  SecurityTokenNotSupported: spec(
    400,
    'caller',
    false,
    'The request carries a security token ({header}), but this installation issues no temporary credentials. Sign with an AccessKey and leave the token out.',
  ),
  BodyHashMismatch: spec(
    400,
    'caller',
    false,
    '{header} is {given}, but the body that arrived gives {computed}. The body was changed on its way, or the hash was made of something else.',
  ),
  InternalKeyRequired: spec(
    401,
    'caller',
    false,
    'This address is for the gateways of this installation. They present the key in run/internal.key as a Bearer token.',
  ),
  NoPermission: spec(
    403,
    'caller',
    false,
    'You may not do {action} on {resource}. Ask the owner of the account for the permission {permission}.',
  ),
  // --- control API: what is asked
  InvalidAction: spec(404, 'caller', false, 'There is no action {action} at {method} {path}.'),
  ActionNotSupported: spec(
    501,
    'caller',
    false,
    'The action {action} is not offered by this installation: {reason}',
  ),
  InvalidParameter: spec(400, 'caller', false, '{field}: {value} is not valid; expected {expected}.'),
  MissingParameter: spec(400, 'caller', false, '{field} is missing; expected {expected}.'),
  InvalidJson: spec(400, 'caller', false, 'The body is not JSON: {reason}'),
  InvalidServiceDescription: spec(400, 'caller', false, 'The service description is not valid: {problems}'),
  ServiceNotFound: spec(
    404,
    'caller',
    false,
    'There is no service [{name}] in region [{region}]. `eascmd ls` lists those there are.',
  ),
  ServiceAlreadyExists: spec(
    409,
    'caller',
    false,
    'A service [{name}] exists already. Use `eascmd modify {name} -s FILE` to change it, or choose another name.',
  ),
  ServiceStateConflict: spec(
    409,
    'caller',
    true,
    'Service [{name}] is {state}; {action} is possible only while it is {allowed}.',
  ),
  ServiceLocked: spec(
    403,
    'caller',
    false,
    'Service [{name}] has the safety lock [{lock}], which refuses {action}. Unlock it first (UpdateServiceSafetyLock with Lock=none).',
  ),
  VersionNotFound: spec(
    404,
    'caller',
    false,
    'Service [{name}] has no version {version}; kept versions: {versions}.',
  ),
  InstanceNotFound: spec(
    404,
    'caller',
    false,
    'Service [{name}] has no instance [{instance}]. `eascmd w {name}` lists those there are.',
  ),
  InstanceDetached: spec(
    409,
    'caller',
    false,
    'Instance [{instance}] of service [{name}] is detached and takes no requests for good; {action} is not possible. End it with DeleteServiceInstances.',
  ),
  RolloutNotFound: spec(
    404,
    'caller',
    false,
    'Service [{name}] has no rollout control. Begin it with `eascmd rollout {name} --partition N` or `--batch N`.',
  ),
  RolloutExists: spec(
    409,
    'caller',
    false,
    'Service [{name}] has rollout control already. Change it with UpdateServiceRollout, or end it with DeleteServiceRollout.',
  ),
  RolloutNotAbortable: spec(
    409,
    'caller',
    false,
    'The rollout of service [{name}] cannot be aborted: {reason}. `eascmd version {name} VERSION` goes to any kept version.',
  ),
  RegionNotFound: spec(
    404,
    'caller',
    false,
    'There is no region [{region}] here; this installation is region [{here}].',
  ),
  LogSearchTooLong: spec(
    400,
    'caller',
    false,
    'The logs of service [{name}] could not be searched within {seconds} s. Ask for one instance (InstanceName), or for the run before or after alone (Previous).',
  ),
  TooManyServices: spec(
    409,
    'caller',
    false,
    'This installation holds {count} services, the limit is {limit}. Delete some first.',
  ),
  EntryReserved: spec(
    409,
    'caller',
    false,
    'The name [{name}] is the address of the blue-green services {members} and stays theirs until the last of them is deleted. Add another one with `eascmd create FILE -r`, or choose another name.',
  ),
  ReleaseRefused: spec(409, 'caller', false, 'Service [{name}] cannot be released so: {reason}'),
  EntryWouldClose: spec(
    409,
    'caller',
    true,
    'Service [{name}] alone serves the address [{entry}]: none of {others} has a ready instance to take over. Bring one of them to Running first, or delete them before this one.',
  ),
  // --- service groups and mirrors
  GroupNotFound: spec(
    404,
    'caller',
    false,
    'There is no service group [{name}] in region [{region}]. `eascmd group ls` lists those there are; a service.json with metadata.group makes one.',
  ),
  GroupAlreadyExists: spec(
    409,
    'caller',
    false,
    'There is a service group [{name}] already. Use it, or choose another name.',
  ),
  GroupNameTaken: spec(
    409,
    'caller',
    false,
    'The name [{name}] is taken: {holder} is called at /api/predict/{name}. A service group and a service cannot share an address; choose another name.',
  ),
  GroupNotEmpty: spec(
    409,
    'caller',
    false,
    'Service group [{name}] still has services: {services}. Delete them first, or with the group by CascadeDelete=true (`eascmd group delete {name} --cascade`).',
  ),
  GroupRefused: spec(409, 'caller', false, 'Service [{name}] cannot be in service group [{group}]: {reason}'),
  MirrorNotFound: spec(
    404,
    'caller',
    false,
    'Service [{name}] has no traffic mirroring. Begin it with `eascmd mirror {name} --target SERVICE --ratio PERCENT`.',
  ),
  MirrorExists: spec(
    409,
    'caller',
    false,
    'Service [{name}] has traffic mirroring already. Change it with UpdateServiceMirror, or end it with DeleteServiceMirror.',
  ),
  MirrorRefused: spec(409, 'caller', false, 'Service [{name}] cannot mirror its traffic so: {reason}'),
  // --- artifacts
  ArtifactNotFound: spec(
    400,
    'caller',
    false,
    '{field}: nothing was found at {source} ({reason}). Check the address.',
  ),
  ArtifactFetchFailed: spec(502, 'dependency', true, '{field}: {source} could not be fetched: {reason}'),
  ArtifactForbidden: spec(403, 'caller', false, '{field}: {source} may not be fetched: {reason}'),
  ArtifactTooLarge: spec(400, 'caller', false, '{field}: {source} exceeds the limit of {limit} {unit}.'),
  ArtifactUnsafe: spec(
    400,
    'caller',
    false,
    '{field}: {source} holds the entry {entry}, which is refused: {reason}',
  ),
  ArtifactDamaged: spec(400, 'caller', false, '{field}: {source} cannot be read as {format}: {reason}'),
  ArtifactChanged: spec(
    409,
    'dependency',
    false,
    '{field}: {source} has changed: it holds {found} now, this version was made with {wanted}. Deploy it again to make a new version.',
  ),
  ObjectNotFound: spec(404, 'caller', false, 'There is no object {key} in bucket {bucket}.'),
  ObjectForbidden: spec(
    403,
    'caller',
    false,
    'Key {key} is not yours: the keys of your account begin with {prefix}',
  ),
  ObjectFeatureNotSupported: spec(
    501,
    'caller',
    false,
    'The object store here takes whole objects (PUT, GET, HEAD, DELETE) and lists; {feature} is not offered. Send the object in one PUT.',
  ),
  BucketNotFound: spec(404, 'caller', false, 'There is no bucket {bucket} here; yours is {own}.'),
  // --- data plane
  BadRequest: spec(400, 'caller', false, '{reason}'),
  InvalidRecord: spec(
    400,
    'record',
    false,
    'Row {row}, field {field}: {value} is not valid; expected {expected}.',
  ),
  InvalidRequestBody: spec(
    400,
    'caller',
    false,
    'The request body is not valid: {reason}. Expected {expected}.',
  ),
  Unauthorized: spec(
    401,
    'caller',
    false,
    'The token is missing or wrong. Send the token of service [{name}] as `Authorization: TOKEN`; `eascmd desc {name}` shows it.',
  ),
  RequestTooOld: spec(
    401,
    'caller',
    false,
    'The signed request is dated {date}, {skew} s away from the clock of this server; at most {allowed} s are accepted. Set your clock.',
  ),
  CaSignatureInvalid: spec(400, 'caller', false, 'Invalid Signature, Server StringToSign:{stringToSign}'),
  CaRequestInvalid: spec(400, 'caller', false, 'The x-ca-* signature cannot be accepted: {reason}'),
  DailyLimitReached: spec(
    429,
    'caller',
    true,
    'Service [{name}] takes {limit} calls a day at its API-gateway address. Use /api/predict/{name}, or raise the limit.',
  ),
  ConcurrencyLimited: spec(
    429,
    'caller',
    true,
    'Service [{name}] takes {limit} requests at the same time here. Wait for answers, or raise the limit.',
  ),
  RouteNotFound: spec(
    404,
    'caller',
    false,
    'There is no service at {path}. `eascmd ls` lists the services and their addresses.',
  ),
  MethodNotAllowed: spec(405, 'caller', false, '{method} is not allowed at {path}; use {allowed}.'),
  DeadlineExceeded: spec(
    408,
    'platform',
    true,
    'The answer took longer than rpc.keepalive = {limit} ms ({where}). Raise it, or send smaller requests.',
  ),
  PayloadTooLarge: spec(
    413,
    'caller',
    false,
    'The body exceeds the limit of {limit} bytes. Split the request, or raise the limit.',
  ),
  HeadersTooLarge: spec(431, 'caller', false, 'The request line and headers exceed {limit} bytes.'),
  TooManyHeaders: spec(431, 'caller', false, 'The message has more than {limit} header fields.'),
  RequestTimeout: spec(
    408,
    'caller',
    true,
    'The {part} of the request did not arrive within {limit} ms. Send it faster, or in smaller pieces.',
  ),
  ExpectationFailed: spec(417, 'caller', false, 'Expect: {value} is not understood; only 100-continue is.'),
  TransferCodingUnsupported: spec(
    501,
    'caller',
    false,
    'Transfer-Encoding: {value} is not understood; send `chunked`, or a Content-Length.',
  ),
  HttpVersionUnsupported: spec(505, 'caller', false, '{version} is not spoken here; use HTTP/1.1.'),
  RateLimited: spec(
    429,
    'caller',
    true,
    'Service [{name}] takes {limit} per second here. Slow down, or raise {key}.',
  ),
  QueueFull: spec(
    450,
    'platform',
    true,
    'The queue of this instance is full ({limit} requests). The request was not started; send it again, or add instances.',
  ),
  ProcessorFailed: spec(500, 'model', false, 'The processor failed: {reason}'),
  NoReadyInstance: spec(
    503,
    'platform',
    true,
    'no healthy upstream: service [{name}] has no ready instance: {reason}',
  ),
  InstanceLost: spec(
    502,
    'platform',
    true,
    'The instance that worked on this request was lost before it answered; the request may have been processed.',
  ),
  GatewayTimeout: spec(504, 'platform', true, 'The service did not answer within {limit} ms.'),
  ControlUnavailable: spec(
    503,
    'platform',
    true,
    'The control plane is not running; predictions go on. It is restarted automatically: try again in a few seconds.',
  ),
  ControlLost: spec(
    502,
    'platform',
    false,
    'The control plane was lost while it worked on this {method}, which may have been done. It is restarted automatically: look at the service before you send the request again.',
  ),
  ShuttingDown: spec(503, 'platform', true, 'This server is shutting down; the request was not started.'),
  // --- processors
  ModelInvalid: spec(400, 'model', false, 'The model {entry} cannot be loaded: {reason}'),
  WarmUpFailed: spec(
    400,
    'model',
    false,
    'warm_up_data_path: request {request} of {file} was answered {status}: {reason} Repair the recorded request or the model.',
  ),
  ProcessorUnknown: spec(
    400,
    'caller',
    false,
    'processor: {code} is not offered by this installation; it offers {offered}.',
  ),
  // --- eascmd
  CredentialsMissing: spec(
    401,
    'caller',
    false,
    'No AccessKey is known. Store one with `eascmd config -i ID -k SECRET`, or give -i and -k; `npm start` prints the first one. Looked in {path}.',
  ),
  LocalFileUnreadable: spec(400, 'caller', false, '{field}: {path} cannot be read ({reason}).'),
  LocalFileNotWritable: spec(
    400,
    'caller',
    false,
    '{path} cannot be written ({reason}). Check its permissions and the space on its disk, or choose another file.',
  ),
  LocalFileInvalid: spec(400, 'caller', false, '{path}, line {line}, column {column}: {reason}.'),
  NotConfirmed: spec(400, 'caller', false, 'Not confirmed: nothing was changed. -y answers yes.'),
  ServiceNotReached: spec(
    500,
    'dependency',
    false,
    'Service [{name}] is {state} instead of {wanted}: {message} `eascmd why {name}` explains.',
  ),
  WaitTimedOut: spec(
    504,
    'platform',
    true,
    'Service [{name}] is still {state} after {seconds} s: {message} It goes on without eascmd; `eascmd why {name}` explains, --timeout waits longer.',
  ),
  // --- installation
  AddressInUse: spec(
    500,
    'platform',
    false,
    '{address} is in use by another program. Stop it, or choose another address with --listen HOST:PORT.',
  ),
  HomeNotWritable: spec(
    500,
    'platform',
    false,
    '{path} cannot be written ({reason}). Choose another folder with OPENEAS_HOME.',
  ),
  AlreadyRunning: spec(
    409,
    'caller',
    false,
    'OpenEAS is running already at {address} (pid {pid}) with the data in {home}. Use `openeas stop` first.',
  ),
  DatabaseDamaged: spec(
    500,
    'platform',
    false,
    'The database {path} is damaged: {reason}. Nothing was changed. Restore a copy, or move it away to start empty.',
  ),
  DatabaseTooNew: spec(
    500,
    'platform',
    false,
    'The database {path} was written by a newer OpenEAS (schema {found}, this one knows {known}). Use that version.',
  ),
  DatabaseInUse: spec(
    409,
    'platform',
    false,
    'The database {path} is in use by another OpenEAS. Stop that one first (`openeas stop`), or choose another folder with OPENEAS_HOME.',
  ),
  StorageFailed: spec(
    503,
    'dependency',
    true,
    'The database {path} could not be written: {reason}. Nothing was changed. Make room or repair the disk, then try again.',
  ),
  InternalError: spec(
    500,
    'platform',
    true,
    'Something failed inside OpenEAS. The log has the details under this RequestId.',
  ),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
