import { OpenEasError } from '@openeas/contracts';
import { changeService, describeService } from '@openeas/sdk';
import type { Command } from 'commander';
import { type WaitOptions, withWaiting } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { confirm } from '../prompt.js';
import { waitForService } from '../wait.js';
import { announce } from './change.js';

export function registerDelete(program: Command, context: ProgramContext): void {
  withWaiting(program.command('delete <service_name>'))
    .description('delete a service with its versions and its address')
    .addHelpText('after', examples('eascmd delete demo', 'eascmd delete demo -y'))
    .action(async (name: string, options: WaitOptions, command: Command) => {
      const session = context.open(command);
      const { io, screen, signal } = session;
      const client = await session.client();
      // Before the question: nobody should confirm the deletion of what is not there.
      const { ServiceUid } = await describeService(client, name, signal);
      if (session.options.yes !== true) {
        const question = `Are you sure to delete the service [${name}] in [${client.regionId}]?`;
        if (!(await confirm(io, screen, question, signal))) throw new OpenEasError('NotConfirmed');
      }
      const answer = await changeService(client, 'DeleteService', name, signal);
      announce(session, answer, `Service [${name}] in region [${client.regionId}] is terminating`);
      if (options.wait) {
        await waitForService(session, client, {
          name,
          wanted: 'deleted',
          timeout: options.timeout,
          judge: (service) => {
            // A new service may have taken the name already.
            if (service === undefined || service.ServiceUid !== ServiceUid) return 'done';
            return service.Status === 'DeleteFailed' ? 'failed' : 'wait';
          },
          line: () => '[OK] Service is terminating',
        });
        screen.progress('[OK] Service was deleted successfully');
      }
      screen.document({ ...answer, ServiceName: name, Status: options.wait ? 'Deleted' : 'Deleting' });
    });
}
