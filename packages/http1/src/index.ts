export { easSignature, easStringToSign, type SignedParts, verifyEasSignature } from './auth/eas-signature.js';
export { equalSecrets } from './auth/equal-secrets.js';
export { matchToken } from './auth/match-token.js';
export { BodyAborted } from './body-inlet.js';
export { type Deadlined, DeadlineSet } from './deadline-set.js';
export { CHUNKED, UNTIL_CLOSE } from './framing.js';
export { HeaderLines } from './header-lines.js';
export type {
  BodyControl,
  BodySink,
  HeaderPairs,
  Http1Server,
  Http1ServerOptions,
  ListenOptions,
  ServerExchange,
} from './port.js';
export type { ResponseHead } from './response-head.js';
export { createHttp1Server } from './server.js';
export { createUpstreamPool, type UpstreamPool, type UpstreamPoolOptions } from './upstream-pool.js';
export {
  type Upstream,
  type UpstreamCall,
  UpstreamFailure,
  type UpstreamFailureKind,
  type UpstreamRequest,
  type UpstreamSink,
} from './upstream-port.js';
