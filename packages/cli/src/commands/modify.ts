import { OpenEasError } from '@openeas/contracts';
import { planChange, updateService } from '@openeas/sdk';
import type { Command } from 'commander';
import { type WaitOptions, withWaiting } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { applyDefinitions, localPaths, readServiceFile, uploadLocalFiles } from '../service-file.js';
import { announce, settleRunning } from './change.js';
import { showPlan, withPlan } from './plan.js';
import { showReceipt } from './receipt.js';

interface ModifyOptions extends WaitOptions {
  readonly define: readonly string[];
  readonly serviceDesc?: string;
  readonly replace?: boolean;
  readonly plan?: boolean;
}

export function registerModify(program: Command, context: ProgramContext): void {
  const collect = (definition: string, before: readonly string[]): readonly string[] => [
    ...before,
    definition,
  ];
  withPlan(withWaiting(program.command('modify <service_name>')))
    .description('change the configuration; a new model or processor makes a new version')
    .option('-D, --define <key=value>', 'set one attribute; may be given several times', collect, [])
    .option('-s, --service-desc <file>', 'the attributes to change, as JSON (- reads stdin)')
    .option('--replace', 'the file is the whole new configuration instead of changes to it')
    .addHelpText(
      'after',
      examples(
        'eascmd modify demo -Dmetadata.instance=10 -Dmetadata.cpu=5',
        'eascmd modify demo -s service.json',
        'eascmd modify demo -s service.json --plan',
      ),
    )
    .action(async (name: string, options: ModifyOptions, command: Command) => {
      const session = context.open(command);
      const { serviceDesc } = options;
      if (serviceDesc === undefined && options.define.length === 0) {
        throw new OpenEasError('MissingParameter', { field: 'modify', expected: '-D KEY=VALUE or -s FILE' });
      }
      const empty = { config: {}, folder: session.path('.') };
      const file = serviceDesc === undefined ? empty : await readServiceFile(session, serviceDesc);
      const changes = applyDefinitions(file.config, options.define);
      const client = await session.client();
      const updateType = options.replace === true ? 'replace' : 'merge';
      if (options.plan === true) {
        const body = localPaths({ ...file, config: changes });
        showPlan(
          session,
          await planChange(client, name, { action: 'UpdateService', body, updateType }, session.signal),
        );
        return;
      }
      const config = await uploadLocalFiles(session, { ...file, config: changes });
      const answer = await updateService(client, name, config, updateType, session.signal);
      announce(session, answer);
      const service = await settleRunning(session, client, name, { ...options, stoppedIsDone: true });
      const receipt = options.wait ? await showReceipt(session, client, name, answer) : {};
      session.screen.document({ ...answer, Service: service, ...receipt });
    });
}
