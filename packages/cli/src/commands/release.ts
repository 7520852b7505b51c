import { OpenEasError } from '@openeas/contracts';
import { releaseService } from '@openeas/sdk';
import type { Command } from 'commander';
import { wholeNumber } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { confirm } from '../prompt.js';
import { showReceipt } from './receipt.js';

export function registerRelease(program: Command, context: ProgramContext): void {
  program
    .command('release <service_name>')
    .description('give this service of a blue-green pair a share of the traffic')
    .requiredOption('-w, --weight <percent>', 'share of this service, 0 to 100', wholeNumber(0, 100))
    .option('--no-wait', 'do not wait for the receipt of the traffic that follows')
    .addHelpText('after', examples('eascmd release demo_9c16a222 -w 20'))
    .action(async (name: string, options: { weight: number; wait: boolean }, command: Command) => {
      const session = context.open(command);
      const client = await session.client();
      if (session.options.yes !== true) {
        const question = `Confirmed to release this service at weight [${options.weight}%]?`;
        if (!(await confirm(session.io, session.screen, question, session.signal)))
          throw new OpenEasError('NotConfirmed');
      }
      const answer = await releaseService(client, name, options.weight, session.signal);
      session.screen.show(`[RequestId]: ${answer.RequestId}`);
      session.screen.show(`[OK] Service [${name}] is weighted to ${options.weight}% now`);
      const receipt = options.wait ? await showReceipt(session, client, name, answer) : {};
      session.screen.document({ ...answer, ...receipt, ServiceName: name, Weight: options.weight });
    });
}
