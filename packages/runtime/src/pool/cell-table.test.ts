import { describe, expect, test } from 'vitest';
import { CellTable, CellView } from './cell-table.js';

describe('cells', () => {
  test('either the worker starts a request or it is withdrawn, never both', () => {
    const table = new CellTable(2);
    const view = new CellView(table.shared);
    const [a, b] = [table.take(), table.take()];
    expect(view.start(a)).toBe(true);
    expect(table.withdraw(a)).toBe(false);
    expect(table.withdraw(b)).toBe(true);
    expect(view.start(b)).toBe(false);
    expect([table.wasStarted(a), table.wasStarted(b)]).toEqual([true, false]);
  });

  test('an abandoned request still counts as started', () => {
    const table = new CellTable(1);
    const view = new CellView(table.shared);
    const cell = table.take();
    table.abandon(cell);
    expect(view.isAbandoned(cell)).toBe(false);
    view.start(cell);
    table.abandon(cell);
    expect([view.isAbandoned(cell), table.wasStarted(cell)]).toEqual([true, true]);
  });

  test('are used again after they were given back, and run out', () => {
    const table = new CellTable(1);
    const cell = table.take();
    expect(() => table.take()).toThrow('no free cell');
    table.giveBack(cell);
    expect(table.take()).toBe(cell);
    expect(new CellView(table.shared).start(cell)).toBe(true);
  });
});
