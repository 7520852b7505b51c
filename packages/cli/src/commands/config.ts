import { OpenEasError } from '@openeas/contracts';
import { parseEndpoint } from '@openeas/sdk';
import type { Command } from 'commander';
import { readEascmdConfig, writeEascmdConfig } from '../config-file.js';
import { examples, type ProgramContext } from '../program-context.js';
import { DEFAULT_ENDPOINT } from '../session.js';

export function registerConfig(program: Command, context: ProgramContext): void {
  program
    .command('config')
    .description('store the AccessKey and the endpoint (global options -i, -k and -e) for later commands')
    .addHelpText(
      'after',
      examples(
        'eascmd config -i YOUR_ID -k YOUR_SECRET',
        'eascmd config -i YOUR_ID -k YOUR_SECRET -e 192.0.2.7:7300',
      ),
    )
    .action((_, command: Command) => {
      const { options, configPath, screen, io } = context.open(command);
      const before = readEascmdConfig(configPath);
      const accessKeyId = options.accessId ?? before.accessKeyId;
      const accessKeySecret = options.accessKey ?? before.accessKeySecret;
      if (accessKeyId === undefined || accessKeyId === '') {
        throw new OpenEasError('MissingParameter', { field: '-i', expected: 'an AccessKey ID' });
      }
      if (accessKeySecret === undefined || accessKeySecret === '') {
        throw new OpenEasError('MissingParameter', { field: '-k', expected: 'an AccessKey secret' });
      }
      for (const [field, value] of Object.entries({ '-i': accessKeyId, '-k': accessKeySecret })) {
        if (!/^[\x21-\x7e]+$/.test(value)) {
          throw new OpenEasError('InvalidParameter', {
            field,
            value: '(not shown)',
            expected: 'letters and digits without spaces',
          });
        }
      }
      const endpoint = options.endpoint ?? before.endpoint ?? (io.env.OPENEAS_LISTEN || DEFAULT_ENDPOINT);
      parseEndpoint(endpoint); // A typing error shows here, not at the next command.
      const region = options.region ?? (options.endpoint === undefined ? before.region : undefined);
      writeEascmdConfig(configPath, { accessKeyId, accessKeySecret, endpoint, region });
      screen.show(`Configuration saved to: ${configPath}`);
      screen.document({
        ConfigPath: configPath,
        AccessKeyId: accessKeyId,
        Endpoint: endpoint,
        Region: region,
      });
    });
}
