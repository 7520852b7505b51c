import type { ServiceView } from '@openeas/contracts';
import { describeService } from '@openeas/sdk';
import type { Command } from 'commander';
import { examples, type ProgramContext } from '../program-context.js';
import { parseJson } from '../text/json-syntax.js';
import { localTime } from '../text/local-time.js';
import { type Cell, pairTable } from '../text/table.js';

/** Rows for callers that sign (manual 6.2.2); only where the service has such an access. */
const SIGNED_ACCESS = [
  'APIGatewayUrl',
  'APIGatewayAppKey',
  'APIGatewayAppSecret',
  'AccessKeyId',
  'AccessKeySecret',
] as const;

export function registerDesc(program: Command, context: ProgramContext): void {
  program
    .command('desc <service_name>')
    .alias('describe')
    .description('show everything about a service: state, token, endpoint, versions, configuration')
    .addHelpText('after', examples('eascmd desc demo', 'eascmd desc demo -o json | jq -r .AccessToken'))
    .action(async (name: string, _, command: Command) => {
      const session = context.open(command);
      const service = await describeService(await session.client(), name, session.signal);
      session.screen.show(pairTable(rows(service, session.io.env.TZ)));
      session.screen.document(service);
    });
}

/** The rows of the manual, in its order. */
function rows(service: ServiceView, timeZone: string | undefined): [string, Cell][] {
  const gateway = SIGNED_ACCESS.map((name): [string, Cell] => [name, service[name]]).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  return [
    ['Status', service.Status],
    ['ServiceName', service.ServiceName],
    ['Region', service.Region],
    ['CreateTime', localTime(service.CreateTime, timeZone)],
    ['UpdateTime', localTime(service.UpdateTime, timeZone)],
    ['AccessToken', service.AccessToken],
    ['TotalInstance', service.TotalInstance],
    ['RunningInstance', service.RunningInstance],
    ['PendingInstance', service.PendingInstance],
    ['CPU', service.Cpu],
    ['GPU', service.Gpu],
    ['Memory', `${service.Memory}M`],
    ['Image', service.Image],
    ['Weight', service.Weight],
    ...groupRows(service),
    ['LatestVersion', service.LatestVersion],
    ['CurrentVersion', service.CurrentVersion],
    ['Message', service.Message],
    ...gateway,
    ['IntranetEndpoint', service.IntranetEndpoint],
    ['ServiceConfig', pretty(service.ServiceConfig)],
  ];
}

/** Beyond the manual's rows; only where the service is in a service group. */
function groupRows({ ServiceGroup, TrafficState }: ServiceView): [string, Cell][] {
  if (ServiceGroup === undefined || ServiceGroup === '') return [];
  return [
    ['ServiceGroup', ServiceGroup],
    ['TrafficState', TrafficState],
  ];
}

function pretty(json: string): string {
  const result = parseJson(json ?? '');
  return result.ok ? JSON.stringify(result.value, null, 2) : json;
}
