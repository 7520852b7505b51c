import { listServices } from '@openeas/sdk';
import { Argument, type Command } from 'commander';
import {
  type CompletionCommand,
  type CompletionModel,
  completionScript,
  SHELLS,
  type Shell,
} from '../completion-scripts.js';
import { examples, type ProgramContext } from '../program-context.js';

/** A shell waits for this while the user waits for the shell, milliseconds. */
const NAMES_TIMEOUT = 2_000;

export function registerCompletion(program: Command, context: ProgramContext): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .description('print a script that completes commands, options and service names')
    .addHelpText(
      'after',
      examples(
        'source <(eascmd completion bash)',
        'source <(eascmd completion zsh)',
        'eascmd completion fish > ~/.config/fish/completions/eascmd.fish',
      ),
    )
    .action((shell: Shell, _, command: Command) => {
      const { screen } = context.open(command);
      const script = completionScript(shell, completionModel(program));
      screen.show(script.trimEnd());
      screen.document({ Shell: shell, Script: script });
    });

  program.command('__services', { hidden: true }).action(async (_, command: Command) => {
    const session = context.open(command);
    const impatience = new AbortController();
    const cancel = session.io.clock.after(NAMES_TIMEOUT, () => impatience.abort());
    const patience = AbortSignal.any([session.signal, impatience.signal]);
    try {
      const { items } = await listServices(await session.client(patience), {}, patience);
      for (const { ServiceName } of items) session.screen.show(ServiceName);
    } catch {
      // Nobody asked for an explanation: the shell just has nothing to offer.
    } finally {
      cancel();
    }
  });
}

export function completionModel(program: Command): CompletionModel {
  const visible = program.commands.filter((command) => !command.name().startsWith('__'));
  return {
    globalOptions: flagsOf(program),
    commands: [
      ...visible.map(describe),
      { names: ['help'], description: 'explain a command', options: [], argument: 'none' },
    ],
  };
}

function describe(command: Command): CompletionCommand {
  const { commands } = command;
  return {
    names: [command.name(), ...command.aliases()],
    description: command.description(),
    options: [...new Set([command, ...commands].flatMap(flagsOf))],
    argument:
      commands.length > 0
        ? commands.map((each) => each.name())
        : argumentKind(command.registeredArguments[0]?.name()),
  };
}

function argumentKind(name: string | undefined): CompletionCommand['argument'] {
  if (name === 'service_name') return 'service';
  if (name === 'shell') return SHELLS;
  return name === undefined ? 'none' : 'file';
}

function flagsOf(command: Command): string[] {
  const shown = command.options.filter((option) => !option.hidden);
  return [...shown.flatMap((option) => [option.short, option.long]), '--help'].filter(
    (flag) => flag !== undefined,
  );
}
