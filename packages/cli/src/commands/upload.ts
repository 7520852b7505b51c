import { type Command, Option } from 'commander';
import { examples, type ProgramContext } from '../program-context.js';
import { inspectFile, keyOfName, storeFile } from '../store-upload.js';

export function registerUpload(program: Command, context: ProgramContext): void {
  program
    .command('upload <filename>')
    .description('put a model or processor package into your store and print its oss:// path')
    .addOption(new Option('--inner', 'accepted for scripts written for PAI-DSW; there is one network here'))
    .addHelpText('after', examples('eascmd upload models/heart.tar.gz', 'eascmd upload heart.pmml -o json'))
    .action(async (filename: string, _, command: Command) => {
      const session = context.open(command);
      const facts = await inspectFile(session, 'filename', session.path(filename));
      const stored = await storeFile(session, facts, keyOfName(filename));
      const size = facts.bytes.toLocaleString('en-US');
      session.screen.show(`[OK] oss endpoint: [${stored.endpoint}]`);
      session.screen.show(`[OK] oss target path: [${stored.address}]`);
      session.screen.show(`Succeed: Total num: 1, size: ${size}. OK num: 1(upload 1 files).`);
      session.screen.document({
        OssEndpoint: stored.endpoint,
        OssPath: stored.address,
        Size: facts.bytes,
        Md5: facts.md5Hex,
      });
    });
}
