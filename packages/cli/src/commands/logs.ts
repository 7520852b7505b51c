import { OpenEasError } from '@openeas/contracts';
import type { Command } from 'commander';
import { instanceLogs, LogFollower } from '../log-follower.js';
import { followLog, pageReader, readTail } from '../log-reader.js';
import { wholeNumber } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import { printable } from '../text/printable.js';

interface LogOptions {
  readonly follow?: boolean;
  readonly tail: number;
  readonly instance?: string;
  readonly previous?: boolean;
  readonly keyword?: string;
}

export function registerLogs(program: Command, context: ProgramContext): void {
  program
    .command('logs <service_name>')
    .description('show what the instances of a service wrote')
    .option('-f, --follow', 'go on with new lines until Ctrl-C')
    .option('--tail <count>', 'how many of the last lines', wholeNumber(0, 1_000_000), 500)
    .option('--instance <name>', 'only this instance')
    .option('--previous', 'the run before the last restart')
    .option('--keyword <text>', 'only lines that contain this text')
    .addHelpText(
      'after',
      examples('eascmd logs demo --tail 20', 'eascmd logs demo -f', 'eascmd logs demo --previous'),
    )
    .action(async (name: string, options: LogOptions, command: Command) => {
      const session = context.open(command);
      const { screen } = session;
      if (options.follow === true && screen.format === 'json') {
        throw new OpenEasError('InvalidParameter', {
          field: '-o',
          value: 'json',
          expected: 'table together with -f',
        });
      }
      const client = await session.client();
      const query = {
        InstanceName: options.instance,
        Keyword: options.keyword,
        Previous: options.previous,
      };
      const read = pageReader(session, client, name, query);
      const follower = new LogFollower(instanceLogs(session, client, name, query));
      // Before the tail is read: what is written in between is better shown twice than not at all.
      if (options.follow === true) await follower.skip();
      const { lines, total } = await readTail(read, options.tail);
      const print = (line: string): void => screen.show(printable(line.replace(/\r?\n$/, '')));
      lines.forEach(print);
      screen.document({ ServiceName: name, TotalCount: total, Logs: lines });
      if (options.follow === true) await followLog(session, follower, print);
    });
}
