import { planChange, scaleService } from '@openeas/sdk';
import type { Command } from 'commander';
import { type WaitOptions, wholeNumber, withWaiting } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { judgeRunning } from '../wait.js';
import { announce, settleRunning } from './change.js';
import { showPlan, withPlan } from './plan.js';
import { showReceipt } from './receipt.js';

export function registerScale(program: Command, context: ProgramContext): void {
  withPlan(withWaiting(program.command('scale <service_name>')))
    .description('change only the number of instances; the others are not touched')
    .requiredOption('-n, --instances <count>', 'wanted number of instances', wholeNumber(0, 1_000))
    .addHelpText('after', examples('eascmd scale demo -n 3'))
    .action(
      async (
        name: string,
        options: WaitOptions & { instances: number; plan?: boolean },
        command: Command,
      ) => {
        const session = context.open(command);
        const client = await session.client();
        if (options.plan === true) {
          const body = { Instance: options.instances };
          showPlan(session, await planChange(client, name, { action: 'ScaleService', body }, session.signal));
          return;
        }
        const answer = await scaleService(client, name, options.instances, session.signal);
        announce(session, answer);
        const running = judgeRunning({ stoppedIsDone: true });
        const service = await settleRunning(session, client, name, {
          ...options,
          stoppedIsDone: true,
          judge: (view) => {
            const verdict = running(view);
            return verdict === 'done' &&
              view?.Status === 'Running' &&
              view.RunningInstance !== options.instances
              ? 'wait'
              : verdict;
          },
        });
        const receipt = options.wait ? await showReceipt(session, client, name, answer) : {};
        session.screen.document({ ...answer, Service: service, ...receipt });
      },
    );
}
