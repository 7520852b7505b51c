import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerInit } from './protocol.js';
import { loadModel } from './worker-load.js';
import { TaskRunner } from './worker-tasks.js';

// Entry of a worker thread: loads the model, proves itself on the recorded requests, then serves runs.

const init = workerData as WorkerInit;
const port = parentPort;
if (port === null) throw new Error('this module is the entry of a worker thread');

function send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port!.postMessage(message, transfer as ArrayBuffer[]);
}

const stopping = new AbortController();
const loaded = await loadModel(init, { send, signal: stopping.signal });
if (loaded !== undefined) {
  const runner = new TaskRunner(init, loaded.model, send);
  const handle = (message: ToWorker): void => {
    switch (message.kind) {
      case 'run':
        runner.run(message.run, message.tasks);
        return;
      case 'cancel':
        runner.cancel(message.task);
        return;
      case 'stop':
        stopping.abort();
        void Promise.resolve(loaded.model.close()).finally(() => port.close());
    }
  };
  port.on('message', (messages: readonly ToWorker[]) => {
    for (const message of messages) handle(message);
  });
  send({ kind: 'ready', info: loaded.info, loadMs: loaded.loadMs });
}
