export { createGateway, type Gateway } from './gateway.js';
export type { ControlAddress, GatewayOptions } from './options.js';
