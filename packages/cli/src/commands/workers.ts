import type { InstanceView } from '@openeas/contracts';
import { listServiceInstances } from '@openeas/sdk';
import type { Command } from 'commander';
import { examples, type ProgramContext } from '../program-context.js';
import { localTime } from '../text/local-time.js';
import { oneLine } from '../text/printable.js';
import { gridTable } from '../text/table.js';

const HEADER = [
  'INSTANCENAME',
  'INNERIP',
  'HOSTIP',
  'STARTAT',
  'RESTARTS',
  'STATUS',
  'READY',
  'REASON',
  'LASTSTATE',
];

export function registerWorkers(program: Command, context: ProgramContext): void {
  program
    .command('showworkers <service_name>')
    .alias('w')
    .description('show the instances of a service')
    .addHelpText('after', examples('eascmd w demo'))
    .action(async (name: string, _, command: Command) => {
      const session = context.open(command);
      const { requestId, items } = await listServiceInstances(await session.client(), name, session.signal);
      session.screen.show(`[RequestId]: ${requestId}`);
      session.screen.show(
        gridTable(
          HEADER,
          items.map((instance) => row(instance, session.io.env.TZ)),
        ),
      );
      session.screen.document({ RequestId: requestId, TotalCount: items.length, Instances: items });
    });
}

function row(instance: InstanceView, timeZone: string | undefined): (string | number)[] {
  return [
    instance.InstanceName,
    instance.InstancePort > 0 ? `${instance.InnerIP}:${instance.InstancePort}` : instance.InnerIP,
    instance.HostIP,
    localTime(instance.StartAt || instance.StartTime || '', timeZone),
    instance.RestartCount,
    statusOf(instance),
    `[${instance.ReadyProcesses}/${instance.TotalProcesses}]`,
    // Of one that serves there is nothing to explain.
    instance.Status === 'Running' ? '' : reasonOf(instance),
    lastState(instance.LastState ?? []),
  ];
}

/** An instance that serves nobody by request says so. */
function statusOf({ Status, Detached, Isolated }: InstanceView): string {
  if (Detached) return `${Status} (detached)`;
  return Isolated ? `${Status} (isolated)` : Status;
}

/** The word and, where the server gives one (beyond contract 7.7), the sentence that explains it. */
export function reasonOf(instance: InstanceView & { readonly Message?: string }): string {
  return [instance.Reason, instance.Message]
    .filter((text) => text !== undefined && text !== '')
    .map((text) => oneLine(text ?? ''))
    .join(': ');
}

function lastState(states: readonly Record<string, unknown>[]): string {
  return states
    .map((state) => Object.values(state).filter((value) => typeof value !== 'object' && value !== ''))
    .map((values) => oneLine(values.join(': ')))
    .filter((text) => text !== '')
    .join('; ');
}
