import { homedir } from 'node:os';
import { eascmdConfigPath } from '@openeas/cli';
import { readRootCredentials } from '../credentials.js';
import type { Settings } from '../settings.js';
import { VERSION } from '../version.js';
import type { ExampleResult } from './heart-disease.js';

/** What a person reads after `npm start`. The secret of the root account is shown on the first start only. */
export function welcome(
  settings: Settings,
  facts: { firstStart: boolean; detached: boolean; example: ExampleResult | undefined },
): string {
  const { layout } = settings;
  const lines = ['', `OpenEAS ${VERSION} serves at ${settings.publicUrl}`, `Data: ${layout.home}`, ''];
  const credentials = readRootCredentials(layout);
  if (facts.firstStart && credentials !== undefined) {
    lines.push(
      'Your AccessKey (shown this once):',
      `  AccessKey ID      ${credentials.AccessKeyId}`,
      `  AccessKey Secret  ${credentials.AccessKeySecret}`,
      `Kept in ${layout.credentials} and, for eascmd, in ${eascmdConfigPath(homedir())}.`,
      '',
    );
  }
  const { example } = facts;
  if (example !== undefined) {
    lines.push(
      `The example service ${example.name} (version ${example.version}) is running:`,
      `  Address  ${example.url}`,
      `  Token    ${example.token}`,
      '',
      'Call it:',
      `  curl ${example.url} -H 'Authorization: ${example.token}' -d '${example.request}'`,
      `  ${example.answer}`,
      '',
    );
  }
  lines.push(
    facts.detached ? 'Try next:' : 'Try next, in another terminal:',
    '  npx eascmd ls                                        list the services',
  );
  if (example !== undefined) {
    lines.push(
      `  npx eascmd desc ${example.name.padEnd(37)}everything about one`,
      `  npx eascmd modify ${example.name} -Dmetadata.instance=2   run it twice`,
    );
  }
  lines.push(
    '  npx openeas status                                   what runs',
    '  less examples/heart-disease/README.md                deploy a model of your own, step by step',
    '',
    facts.detached
      ? 'It runs in the background; `npx openeas stop` ends it.'
      : 'Ctrl-C stops everything that was started here.',
    '',
  );
  return lines.join('\n');
}
