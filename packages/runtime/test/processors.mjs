// Processors that exist for tests and measurements only. `odd` does what its JSON body says.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const text = (value) => ({ status: 200, contentType: 'text/plain', body: Buffer.from(value) });

const echo = {
  codes: ['test-echo'],
  load: async () => ({
    process: ({ body, contentType }) => ({
      status: 0,
      contentType: contentType || 'text/html; charset=utf-8',
      body,
    }),
    close() {},
  }),
};

/** JSON in, JSON out, as a small web service does. */
const json = {
  codes: ['test-json'],
  load: async () => ({
    process: ({ body }) => ({
      status: 200,
      contentType: 'application/json',
      body: Buffer.from(
        JSON.stringify(JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString())),
      ),
    }),
    close() {},
  }),
};

const odd = {
  codes: ['test-odd'],
  async load({ modelConfig, log }) {
    if (modelConfig === 'fail') throw new Error('the model is broken\nsecond line');
    if (modelConfig === 'exit') process.exit(9);
    log('odd model loaded');
    const kept = [];
    return {
      info: () => text('info of odd'),
      async process(request, signal) {
        const order = JSON.parse(Buffer.from(request.body).toString() || '{}');
        if (order.busy !== undefined) busy(order.busy);
        if (order.log !== undefined) log(order.log);
        while (order.until !== undefined && !existsSync(order.until)) await sleep(2, undefined, { signal });
        if (order.sleep !== undefined) await sleep(order.sleep, undefined, { signal });
        if (order.exit !== undefined) process.exit(order.exit);
        if (order.throw !== undefined) throw new Error(order.throw);
        if (order.crash !== undefined)
          setImmediate(() => {
            throw new Error(order.crash);
          });
        if (order.crash !== undefined) await sleep(60_000);
        if (order.hog !== undefined) kept.push(Array.from({ length: order.hog * 1000 }, (_, i) => ({ i })));
        if (order.nonsense) return 'no response';
        const answer = text(order.say ?? `${request.method} ${request.path} ${request.query}`);
        return { ...answer, status: order.status ?? 200, contentType: order.type ?? answer.contentType };
      },
      close() {
        log('odd model closed');
      },
    };
  },
};

function busy(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Doubles numbers; body = JSON array of numbers. Refuses `null` rows; a batch costs `costMs` once. */
const doubling = {
  codes: ['test-doubling'],
  async load({ modelConfig }) {
    const costMs = Number(modelConfig || 0);
    const parse = ({ body }) => JSON.parse(Buffer.from(body).toString());
    const answer = (rows, batch) =>
      rows.includes(null)
        ? { status: 400, contentType: 'text/plain', body: Buffer.from('null row') }
        : {
            status: 200,
            contentType: 'application/json',
            body: Buffer.from(JSON.stringify({ rows: rows.map((x) => 2 * x), batch })),
          };
    return {
      describe: (request) => {
        const rows = parse(request);
        return { rows: rows.length, shapeClass: Number.isInteger(rows[0]) ? 'int' : 'float' };
      },
      process(request) {
        busy(costMs);
        return answer(parse(request), 1);
      },
      processBatch(requests) {
        busy(costMs);
        return requests.map((request) => {
          const rows = parse(request);
          // An answer that cannot be read, as a careless processor gives it.
          if (rows.includes(-1))
            return new Proxy(
              {},
              {
                get: () => {
                  throw new Error('no answer at all');
                },
              },
            );
          return answer(rows, requests.length);
        });
      },
      close() {},
    };
  },
};

export const processors = [echo, json, odd, doubling].map((processor) => ({
  codes: processor.codes,
  open: async () => processor,
}));
