import { Temporal } from '../types/temporal.js';
import type { Field } from './field.js';
import type { Frame } from './frame.js';

/**
 * Reads a field as a number, NaN where it is missing. Inputs whose numbers are taken as they are, are read off the
 * record without the way through their slot.
 */
export function numberReader({ read, direct }: Field): (frame: Frame) => number {
  const slow = (frame: Frame): number => {
    const value = read(frame);
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return value ? 1 : 0;
    return value instanceof Temporal ? value.amount : Number.NaN;
  };
  if (direct === undefined || direct.read !== read) return slow;
  const { name } = direct;
  if (direct.float) {
    return (frame) => {
      const raw = frame.record[name];
      return typeof raw === 'number' ? Math.fround(raw) : slow(frame);
    };
  }
  return (frame) => {
    const raw = frame.record[name];
    return typeof raw === 'number' ? raw : slow(frame);
  };
}
