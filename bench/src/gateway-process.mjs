// One gateway in a process of its own, so that its CPU time can be told apart. Arguments: snapshot file.
import { createGateway } from '@openeas/gateway';
import { createLogger } from '@openeas/telemetry';

const gateway = createGateway({
  listen: { host: '127.0.0.1', port: 0 },
  control: () => undefined,
  snapshotFile: process.argv[2],
  log: createLogger({ name: 'gateway', level: 'silent', format: 'json' }),
  region: 'bench',
});
const { port } = await gateway.listen();
process.stdout.write(`${port}\n`);
process.on('SIGTERM', () => {
  gateway.destroy();
  process.exit(0);
});
