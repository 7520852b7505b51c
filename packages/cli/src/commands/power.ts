import { changeService, describeService } from '@openeas/sdk';
import type { Command } from 'commander';
import { type WaitOptions, withWaiting } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { type Verdict, waitForService } from '../wait.js';
import { announce, settleRunning } from './change.js';
import { showReceipt } from './receipt.js';

/** start, stop and restart. */
export function registerPower(program: Command, context: ProgramContext): void {
  withWaiting(program.command('start <service_name>'))
    .description('start a stopped service and wait until it runs')
    .addHelpText('after', examples('eascmd start demo'))
    .action(async (name: string, options: WaitOptions, command: Command) => {
      const session = context.open(command);
      const client = await session.client();
      const answer = await changeService(client, 'StartService', name, session.signal);
      announce(session, answer);
      const service = await settleRunning(session, client, name, { ...options, stoppedIsDone: false });
      session.screen.document({ ...answer, Service: service });
    });

  withWaiting(program.command('restart <service_name>'))
    .description('replace the instances of a service, one after the other')
    .addHelpText('after', examples('eascmd restart demo'))
    .action(async (name: string, options: WaitOptions, command: Command) => {
      const session = context.open(command);
      const client = await session.client();
      const answer = await changeService(client, 'RestartService', name, session.signal);
      announce(session, answer);
      const service = await settleRunning(session, client, name, { ...options, stoppedIsDone: false });
      const receipt = options.wait ? await showReceipt(session, client, name, answer) : {};
      session.screen.document({ ...answer, Service: service, ...receipt });
    });

  withWaiting(program.command('stop <service_name>'))
    .description('stop a service; its configuration and address stay')
    .addHelpText('after', examples('eascmd stop demo'))
    .action(async (name: string, options: WaitOptions, command: Command) => {
      const session = context.open(command);
      const client = await session.client();
      const answer = await changeService(client, 'StopService', name, session.signal);
      announce(session, answer);
      const service = options.wait
        ? await waitForService(session, client, {
            name,
            wanted: 'Stopped',
            timeout: options.timeout,
            judge: (view): Verdict => {
              if (view?.Status === 'Stopped') return 'done';
              // Somebody else has deleted it, or started it again.
              const status = view?.Status ?? 'Deleting';
              return ['Deleting', 'Starting', 'Running'].includes(status) ? 'failed' : 'wait';
            },
            line: () => '[OK] Service is stopping',
          })
        : await describeService(client, name, session.signal);
      if (options.wait) session.screen.progress('[OK] Service is stopped');
      session.screen.document({ ...answer, Service: service });
    });
}
