import { expect, it } from 'vitest';
import { describeTrouble } from './support/client-trouble.js';
import { goProgram, runGo } from './support/go.js';
import { Installation } from './support/installation.js';
import { byName, everyWayToCall } from './support/predict-calls.js';

it('the prediction client for Go, unmodified, calls services in every mode and sees each refusal', {
  timeout: 300_000,
}, async (context) => {
  const made = goProgram();
  if ('unavailable' in made) return context.skip(made.unavailable);
  const { calls, outcomes } = await everyWayToCall(await Installation.start('prediction-go'));
  const printed = await runGo(made.program, Object.values(calls));
  expect(byName(calls, printed)).toEqual(outcomes);
});

describeTrouble(
  'the prediction client for Go, unmodified',
  () => {
    const made = goProgram();
    if ('unavailable' in made) return made;
    return { caller: (calls) => runGo(made.program, calls) };
  },
  { attempts: 6, retriesEverything: true },
);
