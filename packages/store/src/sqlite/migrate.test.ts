import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { migrate, schemaVersion } from './migrate.js';
import { MIGRATIONS } from './migrations.js';

function memory(): Database.Database {
  const database = new Database(':memory:');
  onTestFinished(() => void database.close());
  return database;
}

function tables(database: Database.Database): unknown[] {
  return database.prepare("select name from sqlite_master where type = 'table'").pluck().all();
}

it('applies each step once and only those that are missing', () => {
  const database = memory();
  const steps = [{ version: 1, sql: 'create table one (x)' }];
  migrate(database, steps);
  migrate(database, [...steps, { version: 2, sql: 'create table two (x)' }]);
  expect(tables(database)).toEqual(['one', 'two']);
  expect(database.pragma('user_version', { simple: true })).toBe(2);
});

it('leaves nothing of a step that fails half way', () => {
  const database = memory();
  const steps = [
    { version: 1, sql: 'create table one (x)' },
    { version: 2, sql: 'create table two (x); create table one (x)' },
  ];
  expect(() => migrate(database, steps)).toThrow(/already exists/);
  expect(tables(database)).toEqual(['one']);
  expect(database.pragma('user_version', { simple: true })).toBe(1);
});

it('numbers the released steps 1, 2, 3 …', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  expect(schemaVersion(MIGRATIONS)).toBe(MIGRATIONS.length);
});
