import { createService, describeService } from '@openeas/sdk';
import type { Command } from 'commander';
import { type WaitOptions, withWaiting } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { readServiceFile, type ServiceConfig, uploadLocalFiles } from '../service-file.js';
import { pairTable } from '../text/table.js';
import { settleRunning } from './change.js';

export function registerCreate(program: Command, context: ProgramContext): void {
  withWaiting(program.command('create <service_desc_json>'))
    .option('-r, --release', 'add a blue-green partner to the service that the description names')
    .description(
      'create a service from its description (service.json; - reads it from stdin) and wait until it runs',
    )
    .addHelpText(
      'after',
      `\nA model_path, processor_path or warm_up_data_path that is a local file is uploaded first.\n${examples(
        'eascmd create service.json',
        'eascmd create service.json -r',
        'eascmd create service.json --no-wait -o json',
        'generate-description | eascmd create -',
      )}`,
    )
    .action(async (file: string, options: WaitOptions & { release?: boolean }, command: Command) => {
      const session = context.open(command);
      const { screen, signal } = session;
      const description = await readServiceFile(session, file);
      const client = await session.client();
      const config = await uploadLocalFiles(
        session,
        options.release === true ? { ...description, config: asPartner(description.config) } : description,
      );
      const created = await createService(client, config, signal);
      const accepted = await describeService(client, created.ServiceName, signal);
      screen.progress(`[RequestId]: ${created.RequestId}`);
      screen.show(
        pairTable([
          ['Intranet Endpoint', created.IntranetEndpoint],
          ['Token', accepted.AccessToken],
        ]),
      );
      const service = await settleRunning(session, client, created.ServiceName, {
        ...options,
        stoppedIsDone: false,
      });
      screen.document({ RequestId: created.RequestId, Service: service });
    });
}

/** How a blue-green partner is asked for on the wire: `metadata.release`, whatever the file says of it. */
function asPartner(config: ServiceConfig): ServiceConfig {
  const { 'metadata.release': _written, ...rest } = config;
  const { metadata } = rest;
  const nested = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  return nested
    ? { ...rest, metadata: { ...metadata, release: true } }
    : { ...rest, 'metadata.release': true };
}
