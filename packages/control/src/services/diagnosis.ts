import { ERROR_CATALOGUE } from '@openeas/contracts';
import { reserve } from '@openeas/domain';
import type { InstanceRecord, RolloutRecord, ServiceRecord } from '@openeas/store';

/** One finding; the field names are those of the contract (7.6.4). */
export interface Diagnosis {
  readonly Error: string;
  readonly Causes: readonly string[];
  readonly Advices: readonly string[];
}

export interface DiagnosisFacts {
  readonly service: ServiceRecord;
  readonly instances: readonly InstanceRecord[];
  readonly rollout: RolloutRecord | undefined;
  readonly capacity: { readonly cpu: number; readonly memory: number };
  readonly reserved: { readonly cpu: number; readonly memory: number };
  /** What one instance of the current version reserves. */
  readonly wants: { readonly cpu: number; readonly memory: number };
}

/** Findings from what is recorded, most urgent first; none when all is as wanted. Invents no causes. */
export function diagnose(facts: DiagnosisFacts): readonly Diagnosis[] {
  return [...stateFindings(facts), ...instanceFindings(facts), ...trafficFindings(facts)];
}

function stateFindings(facts: DiagnosisFacts): Diagnosis[] {
  const { service, instances, capacity, reserved, wants } = facts;
  const { name, state, reason, message } = service;
  const causes = [`${reason}: ${message}`];
  switch (state) {
    case 'Waiting':
      return [
        {
          Error: `Service [${name}] waits for resources`,
          Causes: [
            ...causes,
            `Reserved are ${figure(reserved.cpu)} of ${figure(capacity.cpu)} cores and ${figure(reserved.memory)} of ${figure(capacity.memory)} MB`,
          ],
          Advices: [
            // Nothing that is stopped makes room for one that the empty machine cannot take.
            ...(reserve({ capacity, reserved: { cpu: 0, memory: 0 } }, wants).fits
              ? ['Stop or delete services that are not needed: eascmd ls shows them']
              : []),
            `Ask for less: eascmd modify ${name} -Dmetadata.cpu=… -Dmetadata.memory=…`,
            'Let services reserve more of this machine: OPENEAS_CPU, OPENEAS_MEMORY_MB',
          ],
        },
      ];
    case 'Failed':
      return [
        {
          Error: `Service [${name}] cannot run as it is described`,
          Causes: causes,
          Advices: [
            // Before the packages are there nothing has started that could have written one.
            ...(instances.length > 0 ? [`Read the log: eascmd logs ${name}`] : []),
            `Correct the description and send it again: eascmd modify ${name} -s FILE`,
            ...(service.currentVersion > 1
              ? [`Go back to a version that ran: eascmd version ${name} VERSION`]
              : []),
          ],
        },
      ];
    case 'DeleteFailed':
      return [
        {
          Error: `Service [${name}] could not be deleted`,
          Causes: causes,
          Advices: [`Delete it again: eascmd delete ${name}`],
        },
      ];
    default:
      return updateFindings(facts);
  }
}

/** A service on its way that does not get on: held by its user, by a new version that fails, or for its packages. */
function updateFindings(facts: DiagnosisFacts): Diagnosis[] {
  const { name, reason, message, currentVersion } = facts.service;
  const Causes = [`${reason}: ${message}`];
  if (reason === 'RolloutHeld' || (reason === 'RolloutPaused' && facts.rollout?.paused === true)) {
    const held = `The update of service [${name}] to version ${currentVersion} is held`;
    return [{ Error: held, Causes, Advices: [...goOn(name, facts.rollout), ...goBack(facts)] }];
  }
  if (reason === 'RolloutPaused') {
    const paused = `The update of service [${name}] to version ${currentVersion} is paused`;
    return [
      {
        Error: paused,
        Causes,
        Advices: [`Send a better one: eascmd modify ${name} -s FILE`, ...goBack(facts)],
      },
    ];
  }
  if (!Object.hasOwn(ERROR_CATALOGUE, reason)) return [];
  return [
    {
      Error: `Version ${currentVersion} of service [${name}] cannot be started yet`,
      Causes,
      Advices: [
        'Nothing, if that passes by itself: it is tried again, at least once a minute',
        `Correct the description: eascmd modify ${name} -s FILE`,
        ...goBack(facts),
      ],
    },
  ];
}

function goOn(name: string, rollout: RolloutRecord | undefined): string[] {
  if (rollout === undefined) return [];
  if (rollout.paused) return [`Let it go on: eascmd rollout ${name} --resume`];
  return rollout.batchSize > 0
    ? [`Nothing: the next batch begins by itself; all the rest at once: eascmd rollout ${name} --end`]
    : [`Replace the rest: eascmd rollout ${name} --partition 0`];
}

/** To the version that serves, when that is another one; what one was before a change in place is not kept. */
function goBack({ service, instances, rollout }: DiagnosisFacts): string[] {
  const { name, currentVersion } = service;
  const before = instances.find(
    ({ version, phase, desired, detached }) =>
      version !== currentVersion && phase === 'Ready' && desired === 'Running' && !detached,
  );
  if (before !== undefined) {
    const how = rollout === undefined ? `version ${name} ${before.version}` : `rollout ${name} --abort`;
    return [`Go back to version ${before.version}: eascmd ${how}`];
  }
  // A restart changes nothing that could be changed back.
  const revisions = new Set(instances.map(({ version, revision }) => `${version}.${revision}`));
  return revisions.size > 1
    ? [
        `Change it back with eascmd modify ${name}: version ${currentVersion} was changed in place, what it was before is not kept`,
      ]
    : [];
}

function instanceFindings({ service, instances }: DiagnosisFacts): Diagnosis[] {
  return instances
    .filter(({ failures, phase }) => failures > 0 || phase === 'Failed')
    .map((instance) => ({
      Error: `Instance [${instance.name}] failed ${times(instance.failures)}${instance.phase === 'Ready' ? ' and is ready again' : ''}`,
      // Its row has the words of its present run; those of the failure are kept with the event.
      Causes: [
        instance.phase === 'Ready'
          ? `It is under watch until it has been stable for a while; the cause is in eascmd events ${service.name}`
          : `${instance.reason}: ${instance.message}`,
      ],
      Advices: [
        `Read its log: eascmd logs ${service.name} --instance ${instance.name}`,
        ...(instance.restartCount > 0
          ? [
              `Read the log of the run before: eascmd logs ${service.name} --instance ${instance.name} --previous`,
            ]
          : []),
      ],
    }));
}

function trafficFindings({ service, instances }: DiagnosisFacts): Diagnosis[] {
  const aside = instances.filter(({ isolated, detached }) => isolated || detached);
  if (service.desired !== 'Running' || aside.length === 0) return [];
  return [
    {
      Error: `${aside.length} of ${instances.length} instances take no traffic`,
      Causes: aside.map(
        ({ name, detached }) => `Instance [${name}] is ${detached ? 'detached' : 'isolated'}`,
      ),
      Advices: aside.map(({ name, detached }) =>
        detached
          ? `End it when you have seen enough: eascmd restart ${service.name} --instance ${name} --replace`
          : `Let it take requests again: eascmd isolate ${service.name} ${name} --end`,
      ),
    },
  ];
}

/** Sums of fractions of cores come with rounding errors that are no news. */
function figure(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times in a row`;
}
