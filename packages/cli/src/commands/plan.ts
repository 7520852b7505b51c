import type { ChangePlanView } from '@openeas/contracts';
import type { PlanAnswer } from '@openeas/sdk';
import type { Command } from 'commander';
import type { Session } from '../session.js';
import { printable } from '../text/printable.js';
import { gridTable } from '../text/table.js';

const KINDS: Readonly<Record<string, (plan: ChangePlanView) => string>> = {
  unchanged: () => 'Nothing would change: the service is as asked for',
  settings: () => 'Settings would change; no instance is started or stopped',
  scale: (plan) => `Scale only: ${instances(plan.Wanted)} wanted, the others are not touched`,
  revise: (plan) => `Version ${plan.Version} would change in place (revision ${plan.Revision})`,
  newVersion: (plan) => `Version ${plan.Version} would be added and take over`,
  switchVersion: (plan) => `The service would go to version ${plan.Version}`,
};

const HEADER = ['STEP', 'ACTION', 'INSTANCE', 'VERSION', 'REASON', 'SERVING'];

export function withPlan(command: Command): Command {
  return command.option('--plan', 'show what would happen, and change nothing');
}

/** The plan of a change that was not made, for people or as one JSON document. */
export function showPlan({ screen }: Session, answer: PlanAnswer): void {
  const { Plan } = answer;
  screen.progress(`[RequestId]: ${answer.RequestId}`);
  screen.progress(`[OK] ${(KINDS[Plan.Kind] ?? (() => answer.Message))(Plan)}`);
  if (Plan.Steps.length > 0) {
    screen.show(
      gridTable(
        HEADER,
        Plan.Steps.map((step, index) => [
          index + 1,
          step.Action,
          printable(step.Instance),
          step.Version,
          step.Reason,
          step.Serving,
        ]),
      ),
    );
  }
  const serving = `serving before ${Plan.ServingBefore}, lowest ${Plan.LowestServing}, after ${Plan.ServingAfter}`;
  screen.progress(
    Plan.CapacityDrops
      ? `[WARNING] Capacity drops on the way: ${serving}`
      : `[OK] Capacity does not drop: ${serving}`,
  );
  if (Plan.Problem !== '') screen.progress(`[WARNING] It would not come to an end: ${Plan.Problem}`);
  screen.progress('[OK] Nothing was changed');
  screen.document(answer);
}

function instances(count: number): string {
  return `${count} instance${count === 1 ? '' : 's'}`;
}
