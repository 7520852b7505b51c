import type { ServiceView } from '@openeas/contracts';
import { OpenEasError } from '@openeas/contracts';
import { describeService, type EasClient, listServiceLogs, type MessageAnswer } from '@openeas/sdk';
import type { WaitOptions } from '../options.js';
import type { Session } from '../session.js';
import { printable } from '../text/printable.js';
import { instancesLine, judgeRunning, type WaitPlan, waitForService } from '../wait.js';

const FAILURE_LOG_LINES = 20;

/** Announces an accepted change as the manual does. */
export function announce(session: Session, answer: MessageAnswer, message = answer.Message): void {
  session.screen.progress(`[RequestId]: ${answer.RequestId}`);
  if (message !== '') session.screen.progress(`[OK] ${message}`);
}

/**
 * Waits until the service runs and says so; with `--no-wait` reports it as it is. A service that ends Failed
 * shows its last log lines before the error goes on.
 */
export async function settleRunning(
  session: Session,
  client: EasClient,
  name: string,
  options: WaitOptions & { readonly stoppedIsDone: boolean; readonly judge?: WaitPlan['judge'] },
): Promise<ServiceView> {
  if (!options.wait) return describeService(client, name, session.signal);
  const service = await waitForService(session, client, {
    name,
    wanted: 'Running',
    timeout: options.timeout,
    judge: options.judge ?? judgeRunning(options),
    line: instancesLine,
  }).catch(async (error: unknown) => {
    if (error instanceof OpenEasError && error.code === 'ServiceNotReached')
      await showLastLogs(session, client, name);
    throw error;
  });
  const view = service as ServiceView;
  session.screen.progress(`[OK] ${endSentence(view)}`);
  return view;
}

function endSentence(service: ServiceView): string {
  if (service.Status === 'Running') return 'Service is running';
  if (service.Status === 'Stopped') {
    return `Service is stopped; the change takes effect when it starts (eascmd start ${service.ServiceName})`;
  }
  return service.Message;
}

/** Helps to see the cause; a failure to read the log must not hide it. */
async function showLastLogs(session: Session, client: EasClient, name: string): Promise<void> {
  try {
    const first = await listServiceLogs(
      client,
      name,
      { PageNum: 1, PageSize: FAILURE_LOG_LINES },
      session.signal,
    );
    const page =
      first.TotalPageNum > 1
        ? await listServiceLogs(
            client,
            name,
            { PageNum: first.TotalPageNum, PageSize: FAILURE_LOG_LINES },
            session.signal,
          )
        : first;
    if (page.Logs.length === 0) return;
    session.screen.note(`Last lines of the log (eascmd logs ${name} shows more):`);
    for (const line of page.Logs.slice(-FAILURE_LOG_LINES))
      session.screen.note(`  ${printable(line.trimEnd())}`);
  } catch {
    session.signal.throwIfAborted();
  }
}
