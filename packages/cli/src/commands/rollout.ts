import { OpenEasError } from '@openeas/contracts';
import {
  createServiceRollout,
  deleteServiceRollout,
  describeService,
  type EasClient,
  findServiceRollout,
  type RolloutRequest,
  type RolloutView,
  switchServiceVersion,
  updateServiceRollout,
} from '@openeas/sdk';
import type { Command } from 'commander';
import { type WaitOptions, wholeNumber, withWaiting } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { confirm } from '../prompt.js';
import type { Session } from '../session.js';
import { localTime } from '../text/local-time.js';
import { oneLine } from '../text/printable.js';
import { judgeRunning } from '../wait.js';
import { announce, settleRunning } from './change.js';
import { showReceipt } from './receipt.js';

interface RolloutOptions extends WaitOptions {
  readonly partition?: number;
  readonly batch?: number;
  readonly interval?: string;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly abort?: boolean;
  readonly end?: boolean;
}

/** Control over how far and how fast updates of a service go. */
export function registerRollout(program: Command, context: ProgramContext): void {
  withWaiting(program.command('rollout <service_name>'))
    .description('show or control the rollout of updates: how many instances, in which batches, paused')
    .option('--partition <count>', 'instances that stay on the version before', wholeNumber(0, 1_000))
    .option('--batch <count>', 'instances to replace at a time', wholeNumber(1, 1_000))
    .option('--interval <duration>', 'with --batch: between two batches, such as 30s or 5m')
    .option('--pause', 'hold what goes on')
    .option('--resume', 'go on')
    .option('--abort', 'go back to the version before')
    .option('--end', 'end the control; an update that goes on is not held')
    .addHelpText(
      'after',
      examples(
        'eascmd rollout demo --batch 1 --interval 5m',
        'eascmd modify demo -s service.json',
        'eascmd rollout demo',
        'eascmd rollout demo --abort',
      ),
    )
    .action(async (name: string, options: RolloutOptions, command: Command) => {
      checkTogether(options, command);
      const session = context.open(command);
      const client = await session.client();
      if (options.abort === true) return abort(session, client, name, options);
      if (options.end === true) {
        announce(session, await deleteServiceRollout(client, name, session.signal));
      } else {
        const request = requestOf(options);
        if (Object.keys(request).length > 0) await control(session, client, name, request);
      }
      await show(session, client, name);
    });
}

function checkTogether(options: RolloutOptions, command: Command): void {
  const chosen = ['pause', 'resume', 'abort', 'end'].filter((key) => options[key as keyof RolloutOptions]);
  if (chosen.length > 1) command.error(`error: '--${chosen[0]}' and '--${chosen[1]}' exclude each other`);
  if (options.partition !== undefined && options.batch !== undefined) {
    command.error("error: '--partition' and '--batch' exclude each other");
  }
  if (options.interval !== undefined && options.batch === undefined) {
    command.error("error: option '--interval' needs '--batch'");
  }
}

function requestOf({ partition, batch, interval, pause, resume }: RolloutOptions): RolloutRequest {
  return {
    ...(partition !== undefined && { Partition: { Partition: String(partition) } }),
    ...(batch !== undefined && {
      Batch: { BatchSize: String(batch), ...(interval !== undefined && { Interval: interval }) },
    }),
    ...((pause === true || resume === true) && { Paused: pause === true }),
  };
}

/** To resume what is not there is a mistake that the server explains; all else begins the control. */
async function control(
  session: Session,
  client: EasClient,
  name: string,
  request: RolloutRequest,
): Promise<void> {
  const { signal } = session;
  const there = (await findServiceRollout(client, name, signal)) !== undefined;
  const onlyResume = request.Paused === false && Object.keys(request).length === 1;
  const apply = there || onlyResume ? updateServiceRollout : createServiceRollout;
  announce(session, await apply(client, name, request, signal));
}

async function show(session: Session, client: EasClient, name: string): Promise<void> {
  const [service, answer] = await Promise.all([
    describeService(client, name, session.signal),
    findServiceRollout(client, name, session.signal),
  ]);
  if (answer === undefined) session.screen.show(`Service [${name}] has no rollout control`);
  else session.screen.show(lines(name, answer.Rollout, service.Message, session.io.env.TZ).join('\n'));
  session.screen.document({ ServiceName: name, Rollout: answer?.Rollout ?? null });
}

function lines(name: string, rollout: RolloutView, message: string, timeZone: string | undefined): string[] {
  const { Status, Strategy } = rollout;
  const { CurrentRevision, UpdateRevision } = Status;
  const change =
    CurrentRevision === UpdateRevision ? UpdateRevision : `${CurrentRevision} -> ${UpdateRevision}`;
  const text = [
    `Rollout of service [${name}] is ${Status.Phase}`,
    `Version: ${change}`,
    `Updated: ${Status.UpdatedReplicas} of ${Status.TotalReplicas} instances`,
    `Strategy: ${strategyWords(Strategy)}`,
  ];
  if (Status.NextBatchStartTime !== '') {
    text.push(`Next batch: ${localTime(Status.NextBatchStartTime, timeZone)}`);
  }
  if (Status.Phase === 'Failed') text.push(`Cause: ${oneLine(message)}`);
  return text;
}

function strategyWords({ Batch, Partition }: RolloutView['Strategy']): string {
  if (Batch !== undefined) return `batches of ${Batch.BatchSize}, ${Batch.Interval ?? '0s'} apart`;
  const kept = Partition?.Partition ?? '0';
  return kept === '0' ? 'all instances' : `all but ${kept} instance${kept === '1' ? '' : 's'}`;
}

async function abort(
  session: Session,
  client: EasClient,
  name: string,
  options: RolloutOptions,
): Promise<void> {
  const answer = await findServiceRollout(client, name, session.signal);
  if (answer === undefined) throw new OpenEasError('RolloutNotFound', { name });
  const { CurrentRevision, UpdateRevision } = answer.Rollout.Status;
  const [before, after] = [Number.parseInt(CurrentRevision, 10), Number.parseInt(UpdateRevision, 10)];
  if (before === after) {
    const reason =
      CurrentRevision === UpdateRevision
        ? 'no instance runs anything else'
        : `version ${after} was changed in place, what it was before is not kept`;
    throw new OpenEasError('RolloutNotAbortable', { name, reason });
  }
  if (session.options.yes !== true) {
    const question = `Are you sure to abort the rollout of the service [${name}] and go back to version [${before}]?`;
    const confirmed = await confirm(session.io, session.screen, question, session.signal);
    if (!confirmed) throw new OpenEasError('NotConfirmed');
  }
  // The switch back ends the control in the same step: nothing holds back the way back.
  const switched = await switchServiceVersion(client, name, before, session.signal);
  announce(session, switched);
  const running = judgeRunning({ stoppedIsDone: true });
  const service = await settleRunning(session, client, name, {
    ...options,
    stoppedIsDone: true,
    judge: (view) => {
      const verdict = running(view);
      return verdict === 'done' && view?.CurrentVersion !== before ? 'wait' : verdict;
    },
  });
  const receipt = options.wait ? await showReceipt(session, client, name, switched) : {};
  session.screen.document({ ...switched, Service: service, ...receipt });
}
