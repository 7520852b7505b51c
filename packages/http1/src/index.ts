export { easSignature, easStringToSign, type SignedParts, verifyEasSignature } from './auth/eas-signature.js';
export { equalSecrets } from './auth/equal-secrets.js';
export { matchToken } from './auth/match-token.js';
export { BodyAborted } from './body-inlet.js';
export type {
  BodyControl,
  BodySink,
  HeaderPairs,
  Http1Server,
  Http1ServerOptions,
  ListenOptions,
  ServerExchange,
} from './port.js';
export { createHttp1Server } from './server.js';
