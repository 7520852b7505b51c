import { changeService, describeService } from '@openeas/sdk';
import type { Command } from 'commander';
import { type WaitOptions, withWaiting } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { type Verdict, waitForService } from '../wait.js';
import { announce, settleRunning } from './change.js';
import { restartInstance } from './instance.js';
import { showReceipt } from './receipt.js';

type RestartOptions = WaitOptions & { readonly instance?: string; readonly replace?: boolean };

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
    .option('--instance <name>', 'restart only this instance, in its place')
    .option('--replace', 'with --instance: put a new instance in its place instead, new before old')
    .addHelpText('after', examples('eascmd restart demo', 'eascmd restart demo --instance demo-1a2b3c'))
    .action(async (name: string, options: RestartOptions, command: Command) => {
      const session = context.open(command);
      if (options.instance !== undefined) {
        const replace = options.replace === true;
        return restartInstance(session, name, options.instance, { ...options, replace });
      }
      if (options.replace === true) command.error("error: option '--replace' needs '--instance'");
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
