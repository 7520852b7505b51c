import { Command, Option } from 'commander';
import { registerCompletion } from './commands/completion.js';
import { registerConfig } from './commands/config.js';
import { registerCreate } from './commands/create.js';
import { registerDelete } from './commands/delete.js';
import { registerDesc } from './commands/desc.js';
import { registerEvents } from './commands/events.js';
import { registerGroup } from './commands/group.js';
import { registerInstance } from './commands/instance.js';
import { registerList } from './commands/list.js';
import { registerLogs } from './commands/logs.js';
import { registerMirror } from './commands/mirror.js';
import { registerModify } from './commands/modify.js';
import { registerPower } from './commands/power.js';
import { registerRelease } from './commands/release.js';
import { registerRollout } from './commands/rollout.js';
import { registerScale } from './commands/scale.js';
import { registerUpload } from './commands/upload.js';
import { registerVersion } from './commands/version.js';
import { registerWhy } from './commands/why.js';
import { registerWorkers } from './commands/workers.js';
import { examples, type ProgramContext } from './program-context.js';
import { VERSION } from './version.js';

/** Every command of eascmd; nothing runs until it is parsed. */
export function buildProgram(
  context: ProgramContext,
  output: { writeOut(text: string): void; writeError(text: string): void },
): Command {
  const program = new Command('eascmd')
    .description('Manage model services: the command line of PAI-EAS and OpenEAS')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .option('-c, --config <file>', 'configuration file (default: ~/.eas/config)')
    .option('-i, --access-id <id>', 'AccessKey ID')
    .option('-k, --access-key <secret>', 'AccessKey secret')
    .option('-e, --endpoint <address>', 'HOST:PORT or URL of the server (default: 127.0.0.1:7300)')
    .option('--region <id>', "region (default: the server's)")
    .option('-y, --yes', 'answer every question with yes')
    .addOption(
      new Option('-o, --output <format>', 'form of the result').choices(['table', 'json']).default('table'),
    )
    .addHelpText(
      'after',
      examples(
        'eascmd config -i YOUR_ID -k YOUR_SECRET -e 127.0.0.1:7300',
        'eascmd create service.json',
        'eascmd ls',
        'eascmd desc demo -o json',
        'eascmd modify demo -Dmetadata.instance=2',
        'eascmd delete demo',
      ),
    )
    .exitOverride()
    .configureOutput({
      writeOut: output.writeOut,
      writeErr: output.writeError,
      outputError: (text, write) => write(errorLine(text)),
    });
  registerConfig(program, context);
  registerUpload(program, context);
  registerCreate(program, context);
  registerList(program, context);
  registerDesc(program, context);
  registerWorkers(program, context);
  registerModify(program, context);
  registerPower(program, context);
  registerInstance(program, context);
  registerDelete(program, context);
  registerVersion(program, context);
  registerRollout(program, context);
  registerScale(program, context);
  registerRelease(program, context);
  registerGroup(program, context);
  registerMirror(program, context);
  registerLogs(program, context);
  registerEvents(program, context);
  registerWhy(program, context);
  registerCompletion(program, context);
  return program;
}

/** Commander's `error: unknown option '-z'` in the form of all other errors, with the way to help. */
function errorLine(text: string): string {
  const cause = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ');
  return `[ERROR] ${cause.charAt(0).toUpperCase()}${cause.slice(1)}${/[.?)]$/.test(cause) ? '' : '.'} \`eascmd help\` lists the commands, \`eascmd help COMMAND\` explains one.\n`;
}
