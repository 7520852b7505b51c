import { type InstanceView, OpenEasError } from '@openeas/contracts';
import {
  deleteServiceInstances,
  type EasClient,
  type InstanceChange,
  listServiceInstances,
  type MessageAnswer,
  updateServiceInstance,
} from '@openeas/sdk';
import type { Command } from 'commander';
import type { WaitOptions } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { confirm } from '../prompt.js';
import type { Session } from '../session.js';
import { waitForInstances } from '../wait-instances.js';
import { announce, settleRunning } from './change.js';

/** isolate and detach. */
export function registerInstance(program: Command, context: ProgramContext): void {
  program
    .command('isolate <service_name> <instance_name>')
    .description('take an instance out of traffic and let it live; --end lets it back')
    .option('--end', 'let the instance take requests again')
    .addHelpText(
      'after',
      examples('eascmd isolate demo demo-1a2b3c', 'eascmd isolate demo demo-1a2b3c --end'),
    )
    .action(async (name: string, instance: string, options: { end?: boolean }, command: Command) => {
      await change(context.open(command), name, instance, { Isolate: options.end !== true });
    });

  program
    .command('detach <service_name> <instance_name>')
    .description('take an instance out of the service for good, alive; a new one takes its place')
    .addHelpText('after', examples('eascmd detach demo demo-1a2b3c'))
    .action(async (name: string, instance: string, _, command: Command) => {
      const session = context.open(command);
      if (session.options.yes !== true) {
        const question = `Are you sure to detach the instance [${instance}] of the service [${name}] for good?`;
        const confirmed = await confirm(session.io, session.screen, question, session.signal);
        if (!confirmed) throw new OpenEasError('NotConfirmed');
      }
      await change(session, name, instance, { Detach: true });
    });
}

async function change(
  session: Session,
  name: string,
  instance: string,
  request: InstanceChange,
): Promise<void> {
  const answer = await updateServiceInstance(await session.client(), name, instance, request, session.signal);
  announce(session, answer);
  session.screen.document(answer);
}

/** `eascmd restart NAME --instance I [--replace]`. */
export async function restartInstance(
  session: Session,
  name: string,
  instance: string,
  options: WaitOptions & { readonly replace: boolean },
): Promise<void> {
  const client = await session.client();
  const before = await countRestarts(session, client, name, instance);
  const soft = !options.replace;
  const answer: MessageAnswer = await deleteServiceInstances(
    client,
    name,
    [instance],
    { soft },
    session.signal,
  );
  announce(session, answer);
  if (options.wait) {
    await waitForInstances(session, client, name, options.timeout, (all) => {
      const one = all.find(({ InstanceName }) => InstanceName === instance);
      return one === undefined || (soft && one.RestartCount > before && one.Status === 'Running');
    });
  }
  const service = await settleRunning(session, client, name, { ...options, stoppedIsDone: false });
  session.screen.document({ ...answer, Service: service });
}

async function countRestarts(
  session: Session,
  client: EasClient,
  name: string,
  instance: string,
): Promise<number> {
  const { items } = await listServiceInstances(client, name, session.signal);
  const one: InstanceView | undefined = items.find(({ InstanceName }) => InstanceName === instance);
  if (one === undefined) throw new OpenEasError('InstanceNotFound', { name, instance });
  return one.RestartCount;
}
