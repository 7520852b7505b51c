// `npm run bench -- pmml large [MIB]`: loads a forest of that size (default 500) as it would be read from a disk, in a
// process of its own, and prints how long it took and the most memory it had. The document is made while it is read.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadEngine } from './pmml-files.mjs';

const FILE = fileURLToPath(import.meta.url);
const FIELDS = 20;
const DEPTH = 11;
const CHUNK = 1 << 16;

export async function run([mebibytes = '500']) {
  execFileSync(process.execPath, [FILE, mebibytes], { stdio: 'inherit' });
}

/** The document in pieces, about `bytes` long: a classification forest as scikit-learn's exporters write it. */
function* forest(bytes) {
  const names = Array.from({ length: FIELDS }, (_, i) => `feature_${i}`);
  const mining = names.map((n) => `<MiningField name="${n}"/>`).join('');
  yield '<?xml version="1.0"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>';
  yield names.map((n) => `<DataField name="${n}" optype="continuous" dataType="double"/>`).join('');
  yield '<DataField name="y" optype="categorical" dataType="string"><Value value="0"/><Value value="1"/></DataField></DataDictionary>';
  yield `<MiningModel functionName="classification"><MiningSchema>${mining}<MiningField name="y" usageType="target"/></MiningSchema>`;
  yield '<Segmentation multipleModelMethod="average">\n';
  let written = 0;
  for (let tree = 0; written < bytes; tree++) {
    let id = 0;
    const node = (predicate, depth) => {
      const yes = 1 + Math.floor(Math.random() * 99);
      const head = `<Node id="${++id}" score="${yes > 50 ? 1 : 0}" recordCount="100">${predicate}<ScoreDistribution value="0" recordCount="${100 - yes}"/><ScoreDistribution value="1" recordCount="${yes}"/>\n`;
      if (depth === 0) return `${head}</Node>\n`;
      const test = (operator, limit, field) =>
        `<SimplePredicate field="${field}" operator="${operator}" value="${limit}"/>\n`;
      const [limit, field] = [Math.random() * 2 - 1, names[Math.floor(Math.random() * FIELDS)]];
      return `${head}${node(test('lessOrEqual', limit, field), depth - 1)}${node(test('greaterThan', limit, field), depth - 1)}</Node>\n`;
    };
    const text = `<Segment id="${tree + 1}"><True/><TreeModel functionName="classification" missingValueStrategy="none" splitCharacteristic="binarySplit"><MiningSchema>${mining}</MiningSchema>\n${node('<True/>', DEPTH)}</TreeModel></Segment>\n`;
    written += text.length;
    yield text;
  }
  yield '</Segmentation></MiningModel></PMML>\n';
}

async function* chunks(bytes) {
  for (const text of forest(bytes)) {
    const all = Buffer.from(text);
    for (let at = 0; at < all.length; at += CHUNK) yield all.subarray(at, at + CHUNK);
  }
}

async function load(mebibytes) {
  const { loadPmml } = await loadEngine();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  let read = 0;
  let shown = 0;
  const model = await loadPmml(chunks(mebibytes * 2 ** 20), {
    onProgress: (bytes) => {
      read = bytes;
      if (bytes < shown) return;
      shown += (mebibytes * 2 ** 20) / 5;
      console.log(
        `  ${(bytes / 2 ** 20).toFixed(0).padStart(5)} MiB read, ${mib(process.memoryUsage.rss())} MiB resident`,
      );
    },
  });
  const seconds = (performance.now() - start) / 1000;
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  console.log(
    `${mib(read)} MiB loaded in ${seconds.toFixed(1)} s; at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB resident (${mib(before)} before), ${mib(heapUsed)} MiB of heap and ${mib(external)} MiB outside it at the end`,
  );
  const rows = Array.from({ length: 200 }, () =>
    Object.fromEntries(Array.from({ length: FIELDS }, (_, i) => [`feature_${i}`, Math.random() * 2 - 1])),
  );
  const answers = model.predictBatch(rows);
  if (!answers.every((a) => a.ok)) throw new Error('it does not score');
  console.log(`after scoring: at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB resident`);
}

function mib(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}

if (process.argv[1] === FILE) await load(Number(process.argv[2]));
