import type { EventView } from '@openeas/contracts';
import { listServiceEvents } from '@openeas/sdk';
import type { Command } from 'commander';
import { wholeNumber } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { parseJson } from '../text/json-syntax.js';
import { localTime } from '../text/local-time.js';
import { oneLine } from '../text/printable.js';
import { gridTable } from '../text/table.js';

const HEADER = ['TIME', 'TYPE', 'REASON', 'RESOURCE', 'VERSION', 'AVAILABLE', 'MESSAGE'];

export function registerEvents(program: Command, context: ProgramContext): void {
  program
    .command('events <service_name>')
    .description('show what happened to a service, oldest first')
    .option('--tail <count>', 'how many of the newest events', wholeNumber(1, 1_000), 50)
    .addHelpText('after', examples('eascmd events demo'))
    .action(async (name: string, options: { tail: number }, command: Command) => {
      const session = context.open(command);
      const answer = await listServiceEvents(await session.client(), name, options.tail, session.signal);
      const oldestFirst = [...(answer.Events ?? [])].reverse();
      session.screen.show(`[RequestId]: ${answer.RequestId}`);
      session.screen.show(
        gridTable(
          HEADER,
          oldestFirst.map((event) => row(event, session.io.env.TZ)),
        ),
      );
      session.screen.document({ ...answer, Events: oldestFirst });
    });
}

function row(event: EventView, timeZone: string | undefined): (string | number)[] {
  const { message, version, available } = eventDetails(event);
  return [
    localTime(event.Time, timeZone),
    event.Type,
    event.Reason,
    event.Resource,
    version,
    available,
    message,
  ];
}

/** `Message` is JSON text with the numbers beside the message (contract 7.8); plain text is taken as it is. */
export function eventDetails(event: EventView): { message: string; version: string; available: string } {
  const result = parseJson(event.Message);
  const facts =
    result.ok && typeof result.value === 'object' && result.value !== null
      ? (result.value as Record<string, unknown>)
      : undefined;
  if (facts === undefined) return { message: oneLine(event.Message), version: '', available: '' };
  const { versionId, availableInstance, unavailableInstance } = facts;
  const counts = typeof availableInstance === 'number' && typeof unavailableInstance === 'number';
  return {
    message: oneLine(String(facts.message ?? '')),
    version: versionId === undefined ? '' : String(versionId),
    available: counts ? `${availableInstance}/${availableInstance + unavailableInstance}` : '',
  };
}
