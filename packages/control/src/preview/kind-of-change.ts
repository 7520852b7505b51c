import type { ServiceRecord, VersionRecord } from '@openeas/store';

/** What a change comes to, by what it did to the rows. */
export type ChangeKind = 'unchanged' | 'settings' | 'scale' | 'revise' | 'newVersion' | 'switchVersion';

export function kindOfChange(
  before: ServiceRecord,
  versionsBefore: readonly VersionRecord[],
  after: ServiceRecord,
  versions: readonly VersionRecord[],
): ChangeKind {
  if (after.generation === before.generation) return 'unchanged';
  if (after.latestVersion !== before.latestVersion) return 'newVersion';
  if (after.currentVersion !== before.currentVersion) return 'switchVersion';
  const revisionIn = (rows: readonly VersionRecord[]): number | undefined =>
    rows.find(({ version }) => version === after.currentVersion)?.revision;
  if (revisionIn(versions) !== revisionIn(versionsBefore)) return 'revise';
  return after.instanceCount !== before.instanceCount || after.instancesToDelete.length > 0
    ? 'scale'
    : 'settings';
}
