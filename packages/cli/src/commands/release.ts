import { OpenEasError } from '@openeas/contracts';
import { type ReleaseRequest, releaseService } from '@openeas/sdk';
import { type Command, Option } from 'commander';
import { wholeNumber } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { confirm } from '../prompt.js';
import { showReceipt } from './receipt.js';

interface ReleaseOptions {
  readonly weight?: number;
  readonly state?: 'standalone' | 'grouping';
  readonly wait: boolean;
}

export function registerRelease(program: Command, context: ProgramContext): void {
  program
    .command('release <service_name>')
    .description('give a service a share of the traffic of the address that it shares with others')
    .option(
      '-w, --weight <weight>',
      'percent of a blue-green entry (0 to 100), or weight in a service group (0 to 1000)',
      wholeNumber(0, 1000),
    )
    .addOption(
      new Option('--state <state>', 'take part in that traffic (grouping), or not (standalone)').choices([
        'standalone',
        'grouping',
      ]),
    )
    .option('--no-wait', 'do not wait for the receipt of the traffic that follows')
    .addHelpText(
      'after',
      examples('eascmd release demo_9c16a222 -w 20', 'eascmd release canary --state grouping'),
    )
    .action(async (name: string, options: ReleaseOptions, command: Command) => {
      const { weight, state } = options;
      if (weight === undefined && state === undefined) {
        command.error("error: required option '-w, --weight <weight>' or '--state <state>' not specified");
      }
      const session = context.open(command);
      const client = await session.client();
      if (session.options.yes !== true) {
        const question = `Confirmed to release this service ${questionWords(options)}?`;
        if (!(await confirm(session.io, session.screen, question, session.signal)))
          throw new OpenEasError('NotConfirmed');
      }
      const request: ReleaseRequest = {
        ...(weight !== undefined && { Weight: weight }),
        ...(state !== undefined && { TrafficState: state }),
      };
      const answer = await releaseService(client, name, request, session.signal);
      session.screen.show(`[RequestId]: ${answer.RequestId}`);
      session.screen.show(`[OK] Service [${name}] is ${doneWords(options)} now`);
      const receipt = options.wait ? await showReceipt(session, client, name, answer) : {};
      session.screen.document({ ...answer, ...receipt, ServiceName: name, ...request });
    });
}

/** The manual's words where only a weight is given. */
function questionWords({ weight, state }: ReleaseOptions): string {
  if (state === undefined) return `at weight [${weight}%]`;
  return weight === undefined ? `as [${state}]` : `as [${state}] at weight [${weight}]`;
}

function doneWords({ weight, state }: ReleaseOptions): string {
  if (state === undefined) return `weighted to ${weight}%`;
  return weight === undefined ? state : `${state} with weight ${weight}`;
}
