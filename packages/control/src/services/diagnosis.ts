import type { InstanceRecord, ServiceRecord } from '@openeas/store';

/** One finding; the field names are those of the contract (7.6.4). */
export interface Diagnosis {
  readonly Error: string;
  readonly Causes: readonly string[];
  readonly Advices: readonly string[];
}

export interface DiagnosisFacts {
  readonly service: ServiceRecord;
  readonly instances: readonly InstanceRecord[];
  readonly capacity: { readonly cpu: number; readonly memory: number };
  readonly reserved: { readonly cpu: number; readonly memory: number };
}

/** Findings from what is recorded, most urgent first; none when all is as wanted. Invents no causes. */
export function diagnose(facts: DiagnosisFacts): readonly Diagnosis[] {
  return [...stateFindings(facts), ...instanceFindings(facts), ...trafficFindings(facts)];
}

function stateFindings({ service, capacity, reserved }: DiagnosisFacts): Diagnosis[] {
  const { name, state, reason, message } = service;
  const causes = [`${reason}: ${message}`];
  switch (state) {
    case 'Waiting':
      return [
        {
          Error: `Service [${name}] waits for resources`,
          Causes: [
            ...causes,
            `Reserved are ${reserved.cpu} of ${capacity.cpu} cores and ${reserved.memory} of ${capacity.memory} MB`,
          ],
          Advices: [
            'Stop or delete services that are not needed: eascmd ls shows them',
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
            `Read the log: eascmd logs ${name}`,
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
      return [];
  }
}

function instanceFindings({ service, instances }: DiagnosisFacts): Diagnosis[] {
  return instances
    .filter(({ failures, phase }) => failures > 0 || phase === 'Failed')
    .map((instance) => ({
      Error: `Instance [${instance.name}] failed ${times(instance.failures)}`,
      Causes: [`${instance.reason}: ${instance.message}`],
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

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times in a row`;
}
