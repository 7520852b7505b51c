export type {
  BodyControl,
  BodySink,
  HeaderPairs,
  Http1Server,
  Http1ServerOptions,
  ServerExchange,
} from './port.js';
