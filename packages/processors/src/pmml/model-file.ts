import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OpenEasError } from '@openeas/contracts';

/**
 * The file to load: `entry` when it is one, else the only `.pmml` or `.xml` file of the folder.
 * @throws ModelInvalid when there is none or more than one
 */
export function findModelFile(entry: string, folder: string): string {
  const place = entry === '' ? folder : entry;
  if (place === '') throw missing('', 'no model is given; set model_path');
  const stat = statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) throw missing(place, 'it does not exist');
  if (stat.isFile()) return place;
  const files = readdirSync(place, { withFileTypes: true })
    .filter((file) => file.isFile() && /\.(pmml|xml)$/i.test(file.name))
    .map((file) => file.name)
    .sort();
  const [only] = files;
  if (only !== undefined && files.length === 1) return join(place, only);
  throw missing(
    place,
    files.length === 0
      ? 'the folder holds no .pmml or .xml file'
      : `the folder holds ${files.length} models (${files.slice(0, 5).join(', ')}); name one with model_entry`,
  );
}

function missing(entry: string, reason: string): OpenEasError {
  return new OpenEasError('ModelInvalid', { entry, reason });
}
