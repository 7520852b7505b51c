import { readdirSync, readFileSync } from 'node:fs';

/** Pids of the children of a process, oldest first. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]) === pid;
      } catch {
        return false; // It ended while we looked.
      }
    })
    .map(Number)
    .sort((a, b) => a - b);
}
