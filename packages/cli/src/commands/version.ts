import { OpenEasError } from '@openeas/contracts';
import { planChange, switchServiceVersion } from '@openeas/sdk';
import type { Command } from 'commander';
import { type WaitOptions, wholeNumber, withWaiting } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { confirm } from '../prompt.js';
import { judgeRunning } from '../wait.js';
import { announce, settleRunning } from './change.js';
import { showPlan, withPlan } from './plan.js';
import { showReceipt } from './receipt.js';

export function registerVersion(program: Command, context: ProgramContext): void {
  withPlan(withWaiting(program.command('version')))
    .argument('<service_name>')
    .argument('<version_id>', 'a kept version, as `eascmd desc` numbers them', wholeNumber(1, 2 ** 31))
    .description('switch a service to another of its versions')
    .option('-f, --force', 'do not ask')
    .addHelpText('after', examples('eascmd version demo 1', 'eascmd version -f demo 1'))
    .action(
      async (
        name: string,
        version: number,
        options: WaitOptions & { force?: boolean; plan?: boolean },
        command: Command,
      ) => {
        const session = context.open(command);
        const client = await session.client();
        if (options.plan === true) {
          const body = { Version: version };
          showPlan(
            session,
            await planChange(client, name, { action: 'UpdateServiceVersion', body }, session.signal),
          );
          return;
        }
        if (options.force !== true && session.options.yes !== true) {
          const question = `Are you sure to switch the service [${name}] in [${client.regionId}] to version [${version}]?`;
          const confirmed = await confirm(session.io, session.screen, question, session.signal);
          if (!confirmed) throw new OpenEasError('NotConfirmed');
        }
        const answer = await switchServiceVersion(client, name, version, session.signal);
        announce(session, answer);
        const running = judgeRunning({ stoppedIsDone: true });
        const service = await settleRunning(session, client, name, {
          ...options,
          stoppedIsDone: true,
          judge: (view) => {
            const verdict = running(view);
            return verdict === 'done' && view?.CurrentVersion !== version ? 'wait' : verdict;
          },
        });
        const receipt = options.wait ? await showReceipt(session, client, name, answer) : {};
        session.screen.document({ ...answer, Service: service, ...receipt });
      },
    );
}
