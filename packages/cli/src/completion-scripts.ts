/** What a shell may complete, read from the program itself so that it cannot drift from it. */
export interface CompletionModel {
  readonly globalOptions: readonly string[];
  readonly commands: readonly CompletionCommand[];
}

export interface CompletionCommand {
  readonly names: readonly string[];
  readonly description: string;
  readonly options: readonly string[];
  /** What its first argument is; a list = one of these words. */
  readonly argument: 'service' | 'file' | 'none' | readonly string[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Names of services come from `eascmd __services`, which is silent and quick when there is no server. */
export function completionScript(shell: Shell, model: CompletionModel): string {
  switch (shell) {
    case 'bash':
      return bash(model);
    case 'zsh':
      return `#compdef eascmd\nautoload -U +X bashcompinit && bashcompinit\n${bash(model)}`;
    case 'fish':
      return fish(model);
  }
}

const VALUE_OPTIONS = '-i|--access-id|-k|--access-key|-e|--endpoint|--region';
const FILE_OPTIONS = '-c|--config|-s|--service-desc';

function bash(model: CompletionModel): string {
  const names = model.commands.flatMap((command) => command.names);
  const cases = model.commands.map((command) => {
    const pattern = command.names.join('|');
    const options = [...command.options, ...model.globalOptions].join(' ');
    const { argument } = command;
    const kind = typeof argument === 'string' ? argument : `words; words='${argument.join(' ')}'`;
    return `    ${pattern}) options='${options}'; argument=${kind} ;;`;
  });
  return `_eascmd() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' options='${model.globalOptions.join(' ')}' argument='' words='' word index skip=''
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ -n $skip ]]; then skip=''; continue; fi
    case $word in
      ${VALUE_OPTIONS}|${FILE_OPTIONS}|-o|--output) skip=yes ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$word; fi ;;
    esac
  done
  case $previous in
    ${FILE_OPTIONS}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    -o|--output) COMPREPLY=($(compgen -W 'table json' -- "$current")); return ;;
    ${VALUE_OPTIONS}) return ;;
  esac
  case $command in
    '') COMPREPLY=($(compgen -W '${names.join(' ')} ${model.globalOptions.join(' ')}' -- "$current")); return ;;
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$current")); return; fi
  case $argument in
    service) COMPREPLY=($(compgen -W "$(eascmd __services 2>/dev/null)" -- "$current")) ;;
    file) COMPREPLY=($(compgen -f -- "$current")) ;;
    words) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o filenames -F _eascmd eascmd
`;
}

function fish(model: CompletionModel): string {
  const names = model.commands.flatMap((command) => command.names).join(' ');
  const lines = [
    'complete -c eascmd -f',
    ...model.globalOptions.map((option) => `complete -c eascmd ${fishOption(option)}`),
  ];
  for (const command of model.commands) {
    const description = command.description.replaceAll("'", "\\'");
    for (const name of command.names) {
      lines.push(
        `complete -c eascmd -n 'not __fish_seen_subcommand_from ${names}' -a ${name} -d '${description}'`,
      );
    }
    const seen = `-n '__fish_seen_subcommand_from ${command.names.join(' ')}'`;
    for (const option of command.options) lines.push(`complete -c eascmd ${seen} ${fishOption(option)}`);
    if (command.argument === 'service')
      lines.push(`complete -c eascmd ${seen} -a '(eascmd __services 2>/dev/null)'`);
    if (command.argument === 'file') lines.push(`complete -c eascmd ${seen} -F`);
    if (typeof command.argument !== 'string')
      lines.push(`complete -c eascmd ${seen} -a '${command.argument.join(' ')}'`);
  }
  return `${lines.join('\n')}\n`;
}

function fishOption(option: string): string {
  return option.startsWith('--') ? `-l ${option.slice(2)}` : `-s ${option.slice(1)}`;
}
