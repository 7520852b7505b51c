import type { EventView, InstanceView, ServiceView } from '@openeas/contracts';
import {
  type Diagnosis,
  describeService,
  diagnoseService,
  EasApiError,
  type EasClient,
  listServiceEvents,
  listServiceInstances,
} from '@openeas/sdk';
import type { Command } from 'commander';
import { examples, type ProgramContext } from '../program-context.js';
import type { Session } from '../session.js';
import { localTime } from '../text/local-time.js';
import { oneLine } from '../text/printable.js';
import { eventDetails } from './events.js';
import { reasonOf } from './workers.js';

const EVENTS_READ = 50;
const WARNINGS_SHOWN = 5;

/** What is known about the state of a service. */
interface Evidence {
  readonly service: ServiceView;
  readonly diagnoses: readonly Diagnosis[];
  readonly instances: readonly InstanceView[];
  /** Newest first. */
  readonly events: readonly EventView[];
}

export function registerWhy(program: Command, context: ProgramContext): void {
  program
    .command('why <service_name>')
    .description('explain the state of a service from what is known about it')
    .addHelpText('after', examples('eascmd why demo'))
    .action(async (name: string, _, command: Command) => {
      const session = context.open(command);
      const evidence = await gather(session, await session.client(), name);
      session.screen.show(explain(evidence, session.io.env.TZ).join('\n'));
      session.screen.document({
        ServiceName: name,
        Status: evidence.service.Status,
        Message: evidence.service.Message,
        DiagnosisList: evidence.diagnoses,
        Instances: evidence.instances,
        Events: evidence.events.filter((event) => event.Type === 'Warning'),
      });
    });
}

async function gather(session: Session, client: EasClient, name: string): Promise<Evidence> {
  const { signal } = session;
  const [service, diagnosis, instances, events] = await Promise.all([
    describeService(client, name, signal),
    optional(diagnoseService(client, name, signal)),
    optional(listServiceInstances(client, name, signal)),
    optional(listServiceEvents(client, name, EVENTS_READ, signal)),
  ]);
  return {
    service,
    diagnoses: diagnosis?.DiagnosisList ?? [],
    instances: instances?.items ?? [],
    events: events?.Events ?? [],
  };
}

/** An installation need not offer every source (501, or an older server's 404); the rest still explains. */
async function optional<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EasApiError && (error.status === 501 || error.code === 'InvalidAction'))
      return undefined;
    throw error;
  }
}

/** What was before a service last ran does not explain why it does not run now. `events`: newest first. */
function recent(events: readonly EventView[], status: string): readonly EventView[] {
  const ran = events.findIndex(({ Reason, Resource }) => Reason === 'Running' && Resource === 'Service');
  return status === 'Running' || ran === -1 ? events : events.slice(0, ran);
}

/** Pure: evidence in, lines out. */
export function explain(evidence: Evidence, timeZone: string | undefined): string[] {
  const { service, diagnoses, instances, events } = evidence;
  const lines = [
    `Service [${service.ServiceName}] is ${service.Status}: ${oneLine(service.Message) || 'no message'}`,
  ];
  lines.push(
    `Instances: ${service.RunningInstance} of ${service.TotalInstance} running, version ${service.CurrentVersion} of ${service.LatestVersion}`,
  );
  for (const { Error: problem, Causes, Advices } of diagnoses) {
    if (problem !== '') lines.push(`Problem: ${oneLine(problem)}`);
    for (const cause of Causes ?? []) lines.push(`  Cause: ${oneLine(cause)}`);
    for (const advice of Advices ?? []) lines.push(`  What to do: ${oneLine(advice)}`);
  }
  // A diagnosis has the instances in it already.
  const unexplained = diagnoses.length > 0 ? [] : instances.filter((one) => one.Status !== 'Running');
  for (const instance of unexplained) {
    const reason = reasonOf(instance);
    const restarts = instance.RestartCount > 0 ? `, ${instance.RestartCount} restarts` : '';
    lines.push(
      `Instance [${instance.InstanceName}] is ${instance.Status}${restarts}${reason === '' ? '' : `: ${reason}`}`,
    );
  }
  const warnings = recent(events, service.Status)
    // What holds it up now is the first line already.
    .filter(({ Type, Reason }) => Type === 'Warning' && Reason !== service.Reason)
    .slice(0, WARNINGS_SHOWN);
  for (const event of warnings.reverse()) {
    lines.push(`${localTime(event.Time, timeZone)} ${event.Reason}: ${eventDetails(event).message}`);
  }
  if (service.Status !== 'Running')
    lines.push(`More: eascmd logs ${service.ServiceName}, eascmd events ${service.ServiceName}`);
  return lines;
}
