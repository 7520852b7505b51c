import type { ServiceView } from '@openeas/contracts';
import { listServices } from '@openeas/sdk';
import type { Command } from 'commander';
import { examples, type ProgramContext } from '../program-context.js';
import { localTime } from '../text/local-time.js';
import { gridTable } from '../text/table.js';

const HEADER = [
  'SERVICENAME',
  'REGION',
  'INSTANCE',
  'CREATETIME',
  'UPDATETIME',
  'STATUS',
  'WEIGHT',
  'SERVICEPATH',
];

export function registerList(program: Command, context: ProgramContext): void {
  program
    .command('list')
    .alias('ls')
    .description('list your services')
    .option('--filter <text>', 'only services whose name contains this text')
    .option('--status <status>', 'only services in this state, for example Running')
    .addHelpText(
      'after',
      examples(
        'eascmd ls',
        'eascmd ls --status Failed',
        "eascmd ls -o json | jq -r '.Services[].ServiceName'",
      ),
    )
    .action(async (options: { filter?: string; status?: string }, command: Command) => {
      const session = context.open(command);
      const client = await session.client();
      const filter = { Filter: options.filter, ServiceStatus: options.status };
      const { requestId, items } = await listServices(client, filter, session.signal);
      session.screen.show(`[RequestId]: ${requestId}`);
      session.screen.show(
        gridTable(
          HEADER,
          items.map((service) => row(service, session.io.env.TZ)),
        ),
      );
      session.screen.document({ RequestId: requestId, TotalCount: items.length, Services: items });
    });
}

function row(service: ServiceView, timeZone: string | undefined): (string | number)[] {
  return [
    service.ServiceName,
    service.Region,
    service.TotalInstance,
    localTime(service.CreateTime, timeZone),
    localTime(service.UpdateTime, timeZone),
    service.Status,
    service.Weight,
    pathOf(service.IntranetEndpoint),
  ];
}

function pathOf(address: string): string {
  try {
    return new URL(address).pathname;
  } catch {
    return address;
  }
}
