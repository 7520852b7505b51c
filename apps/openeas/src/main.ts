import { Command, CommanderError, Option } from 'commander';
import { compileSettings, type RawSettings, type Settings } from './settings.js';
import { EXIT } from './supervisor/child-program.js';
import { VERSION } from './version.js';

// Programs are imported when they are asked for: an instance holds no database and no API server in memory.

/** Runs one `openeas` command; resolves with its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'eascmd') return (await import('./programs/eascmd.js')).eascmd(argv.slice(1));
  let code = EXIT.ok as number;
  const program = new Command('openeas')
    .description('Self-hosted model serving, compatible with PAI-EAS')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(`openeas help COMMAND` explains a command)');

  const withSettings = (command: Command): Command =>
    command
      .option(
        '--listen <host:port>',
        'the one address of the installation (OPENEAS_LISTEN, default 127.0.0.1:7300)',
      )
      .option('--home <folder>', 'where everything is kept (OPENEAS_HOME, default ~/.openeas)');
  const settingsOf = (raw: RawSettings): Settings => compileSettings(raw, process.env);

  withSettings(program.command('start'))
    .description('start OpenEAS and keep it running until Ctrl-C')
    .option('--detach', 'go on in the background')
    .option('--with-example', 'deploy the heart-disease example on the first start and call it')
    .action(async (options: RawSettings & { detach?: boolean; withExample?: boolean }) => {
      const flags = { detach: options.detach === true, withExample: options.withExample === true };
      code = await (await import('./commands/start.js')).start(settingsOf(options), flags);
    });
  withSettings(program.command('status'))
    .description('show what runs')
    .addOption(new Option('-o, --output <format>').choices(['text', 'json']).default('text'))
    .action(async (options: RawSettings & { output: 'text' | 'json' }) => {
      code = await (await import('./commands/status.js')).status(settingsOf(options), options.output);
    });
  withSettings(program.command('stop'))
    .description('stop OpenEAS and every instance it started')
    .option('--keep-instances', 'leave the instances running; the next start adopts them')
    .action(async (options: RawSettings & { keepInstances?: boolean }) => {
      code = await (await import('./commands/stop.js')).stop(settingsOf(options), {
        keepInstances: options.keepInstances === true,
      });
    });
  withSettings(program.command('doctor'))
    .description('check this machine and this installation, and say what to do about what is wrong')
    .action(async (options: RawSettings) => {
      code = await (await import('./commands/doctor.js')).doctor(settingsOf(options));
    });
  program.command('eascmd').description('the client: `openeas eascmd help`').allowUnknownOption();

  withSettings(program.command('control', { hidden: true })).action(async (options: RawSettings) => {
    code = await (await import('./programs/control.js')).control(settingsOf(options));
  });
  withSettings(program.command('gateway', { hidden: true })).action(async (options: RawSettings) => {
    code = await (await import('./programs/gateway.js')).gateway(settingsOf(options));
  });
  program
    .command('runtime')
    .description('run one instance in the foreground, without control')
    .requiredOption('--config <file>', 'instance.json')
    .action(async (options: { config: string }) => {
      code = await (await import('./programs/runtime.js')).runtime(options.config);
    });

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    process.stderr.write(`openeas: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  }
}
