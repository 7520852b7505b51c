export type PackageFormat = 'tar' | 'tar.gz' | 'tar.bz2' | 'gz' | 'bz2' | 'zip' | 'file';

/** Bytes of a package's beginning that detection needs. */
export const HEAD_BYTES = 1024;

/** Model files that are archives inside; their loaders want them whole. */
const WHOLE_FILES =
  /\.(pt|pth|ptl|torchscript|jar|npz|keras|whl|mar|onnx|pmml|pb|h5|caffemodel|prototxt|safetensors)$/i;

const ARCHIVE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/\.(tar\.gz|tgz)$/i, 'tar.gz'],
  [/\.(tar\.bz2|tbz2?)$/i, 'tar.bz2'],
  [/\.tar$/i, 'tar'],
  [/\.zip$/i, 'zip'],
  [/\.gz$/i, 'gz'],
  [/\.bz2$/i, 'bz2'],
];

/** What the name promises, or undefined when it promises no archive. */
export function archiveByName(name: string): string | undefined {
  return ARCHIVE_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

/** The outer format, by content first and name second. For gz and bz2, `isTar` of the inside decides the rest. */
export function outerFormat(head: Buffer, name: string): 'gz' | 'bz2' | 'zip' | 'tar' | 'file' {
  if (WHOLE_FILES.test(name)) return 'file';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gz';
  if (/^425a683[1-9](314159265359|177245385090)/.test(head.toString('hex', 0, 10))) return 'bz2';
  if (isZip(head)) return isTorchZip(head) ? 'file' : 'zip';
  return isTar(head, name) ? 'tar' : 'file';
}

/** True when a block starts a tar archive: its checksum holds, or it is the end marker of an empty one. */
export function isTar(head: Buffer, name: string): boolean {
  if (head.length < 512) return false;
  const block = head.subarray(0, 512);
  // Any data may begin with zeros: they are an empty archive only where the name says so.
  if (block.every((byte) => byte === 0)) return /\.(tar|tgz|tbz2?)\b/i.test(name);
  const stored = Number.parseInt(block.toString('latin1', 148, 156).replaceAll('\0', ' ').trim(), 8);
  let sum = 0;
  for (let index = 0; index < 512; index++) sum += index >= 148 && index < 156 ? 32 : block[index]!;
  return stored === sum;
}

function isZip(head: Buffer): boolean {
  const magic = head.toString('latin1', 0, 4);
  return magic === 'PK\x03\x04' || magic === 'PK\x05\x06';
}

/** torch.save writes a zip whose first entry is `<name>/data.pkl`; it is one model file, whatever its name. */
function isTorchZip(head: Buffer): boolean {
  if (head.length < 30) return false;
  const name = head.toString('latin1', 30, 30 + head.readUInt16LE(26));
  return /^[^/]+\/(data\.pkl|\.format_version|byteorder)$/.test(name);
}
