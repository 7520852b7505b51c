import { type GroupView, OpenEasError, type ServiceView } from '@openeas/contracts';
import {
  createGroup,
  deleteGroup,
  describeGroup,
  listGroups,
  listServices,
  type TrafficModeWord,
  updateGroup,
} from '@openeas/sdk';
import { type Command, Option } from 'commander';
import { examples, type ProgramContext } from '../program-context.js';
import { confirm } from '../prompt.js';
import { localTime } from '../text/local-time.js';
import { gridTable, pairTable } from '../text/table.js';
import { announce } from './change.js';

/** Services that share an address (contract 7.6.6). */
export function registerGroup(program: Command, context: ProgramContext): void {
  const group = program
    .command('group')
    .description('services that share an address besides their own')
    .addHelpText(
      'after',
      examples(
        'eascmd group ls',
        'eascmd group desc ranking',
        'eascmd group modify ranking --mode customized',
        'eascmd group delete ranking --cascade',
      ),
    );
  registerShow(group, context);
  registerChanges(group, context);
}

function registerShow(group: Command, context: ProgramContext): void {
  group
    .command('ls')
    .alias('list')
    .description('list your service groups')
    .action(async (_, command: Command) => {
      const session = context.open(command);
      const { requestId, items } = await listGroups(await session.client(), session.signal);
      const header = ['GROUPNAME', 'TRAFFICMODE', 'CREATETIME', 'UPDATETIME', 'GROUPPATH'];
      const row = (each: GroupView): string[] => [
        each.Name,
        each.TrafficMode,
        localTime(each.CreateTime, session.io.env.TZ),
        localTime(each.UpdateTime, session.io.env.TZ),
        new URL(each.IntranetEndpoint).pathname,
      ];
      session.screen.show(`[RequestId]: ${requestId}`);
      session.screen.show(gridTable(header, items.map(row)));
      session.screen.document({ RequestId: requestId, TotalCount: items.length, Groups: items });
    });
  group
    .command('desc <group_name>')
    .alias('describe')
    .description('show a service group: address, token, traffic mode, services')
    .action(async (name: string, _, command: Command) => {
      const session = context.open(command);
      const client = await session.client();
      const [found, services] = await Promise.all([
        describeGroup(client, name, session.signal),
        listServices(client, { GroupName: name }, session.signal),
      ]);
      session.screen.show(
        pairTable([
          ['Name', found.Name],
          ['TrafficMode', found.TrafficMode],
          ['CreateTime', localTime(found.CreateTime, session.io.env.TZ)],
          ['UpdateTime', localTime(found.UpdateTime, session.io.env.TZ)],
          ['AccessToken', found.AccessToken],
          ['IntranetEndpoint', found.IntranetEndpoint],
        ]),
      );
      session.screen.show(
        gridTable(
          ['SERVICENAME', 'STATUS', 'INSTANCE', 'TRAFFICSTATE', 'WEIGHT'],
          services.items.map((each) => serviceRow(each)),
        ),
      );
      session.screen.document({ ...found, Services: services.items });
    });
}

function serviceRow(service: ServiceView): (string | number)[] {
  const { ServiceName, Status, TotalInstance, TrafficState, Weight } = service;
  return [ServiceName, Status, TotalInstance, TrafficState, Weight];
}

function registerChanges(group: Command, context: ProgramContext): void {
  group
    .command('create <group_name>')
    .description('make a service group that stays until it is deleted; services join by metadata.group')
    .action(async (name: string, _, command: Command) => {
      const session = context.open(command);
      const answer = await createGroup(await session.client(), name, session.signal);
      announce(session, answer);
      session.screen.document(answer);
    });
  group
    .command('modify <group_name>')
    .description('say how the traffic of a service group is split')
    .addOption(
      new Option('--mode <mode>', 'by the number of instances (auto), or by the weights of `eascmd release`')
        .choices(['auto', 'customized'])
        .makeOptionMandatory(),
    )
    .action(async (name: string, { mode }: { mode: TrafficModeWord }, command: Command) => {
      const session = context.open(command);
      const answer = await updateGroup(await session.client(), name, mode, session.signal);
      announce(session, answer);
      session.screen.document(answer);
    });
  group
    .command('delete <group_name>')
    .description('delete a service group')
    .option('--cascade', 'its services too')
    .action(async (name: string, options: { cascade?: boolean }, command: Command) => {
      const session = context.open(command);
      const client = await session.client();
      const cascade = options.cascade === true;
      if (session.options.yes !== true) {
        const what = cascade ? 'the service group and all its services' : 'the service group';
        const question = `Are you sure to delete ${what} [${name}] in [${client.regionId}]?`;
        if (!(await confirm(session.io, session.screen, question, session.signal)))
          throw new OpenEasError('NotConfirmed');
      }
      const answer = await deleteGroup(client, name, cascade, session.signal);
      announce(session, answer);
      session.screen.document(answer);
    });
}
