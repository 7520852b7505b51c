import {
  createServiceMirror,
  deleteServiceMirror,
  type EasClient,
  findServiceMirror,
  type MirrorRequest,
  updateServiceMirror,
} from '@openeas/sdk';
import type { Command } from 'commander';
import { wholeNumber } from '../options.js';
import { examples, type ProgramContext } from '../program-context.js';
import type { Session } from '../session.js';
import { announce } from './change.js';

interface MirrorOptions {
  readonly target?: string;
  readonly ratio?: number;
  readonly end?: boolean;
}

/** Copies of a service's requests to other services. */
export function registerMirror(program: Command, context: ProgramContext): void {
  program
    .command('mirror <service_name>')
    .description('show or control the copies of a share of the requests that go to other services too')
    .option('--target <names>', 'services that get the copies, joined by commas')
    .option('--ratio <percent>', 'how many of the requests are copied', wholeNumber(0, 100))
    .option('--end', 'copy no more')
    .addHelpText(
      'after',
      examples(
        'eascmd mirror demo --target shadow --ratio 10',
        'eascmd mirror demo --ratio 50',
        'eascmd mirror demo',
        'eascmd mirror demo --end',
      ),
    )
    .action(async (name: string, options: MirrorOptions, command: Command) => {
      const request = requestOf(options);
      const changes = Object.keys(request).length > 0;
      if (options.end === true && changes) {
        command.error("error: option '--end' cannot be used with '--target' or '--ratio'");
      }
      const session = context.open(command);
      const client = await session.client();
      if (options.end === true) announce(session, await deleteServiceMirror(client, name, session.signal));
      else if (changes) await control(session, client, name, request);
      await show(session, client, name);
    });
}

function requestOf({ target, ratio }: MirrorOptions): MirrorRequest {
  return {
    ...(ratio !== undefined && { Ratio: ratio }),
    ...(target !== undefined && { Target: target.split(',').map((name) => name.trim()) }),
  };
}

async function control(
  session: Session,
  client: EasClient,
  name: string,
  request: MirrorRequest,
): Promise<void> {
  const there = (await findServiceMirror(client, name, session.signal)) !== undefined;
  const apply = there ? updateServiceMirror : createServiceMirror;
  announce(session, await apply(client, name, request, session.signal));
}

async function show(session: Session, client: EasClient, name: string): Promise<void> {
  const mirror = await findServiceMirror(client, name, session.signal);
  if (mirror === undefined) session.screen.show(`Service [${name}] has no traffic mirroring`);
  else {
    const targets = mirror.Target === '' ? 'nobody: its targets were deleted' : mirror.Target;
    session.screen.show(`Of the requests of service [${name}] ${mirror.Ratio}% are copied to: ${targets}`);
  }
  session.screen.document({ ServiceName: name, Mirror: mirror ?? null });
}
