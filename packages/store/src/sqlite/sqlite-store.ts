import { AsyncLocalStorage } from 'node:async_hooks';
import { OpenEasError } from '@openeas/contracts';
import type { Clock } from '@openeas/kernel';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Store, StoreTransaction } from '../port.js';
import { DEFAULT_RETENTION, type Retention, type WriteContext } from '../sql/context.js';
import { storeReader, storeTransaction } from '../sql/store-tables.js';
import type { Tables } from '../sql/tables.js';
import { ensureDatabaseFile, prepareConnection } from './database-file.js';
import { lockDatabase } from './file-lock.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './migrations.js';
import { withStatementCache } from './statement-cache.js';

export interface SqliteStoreOptions {
  /** The database file; its folder must exist. `-wal`, `-shm` and `.lock` files appear beside it. */
  readonly path: string;
  readonly clock: Clock;
  readonly retention?: Partial<Retention>;
}

/**
 * Opens or creates the database. Fails with DatabaseInUse, DatabaseDamaged or DatabaseTooNew, and has then
 * changed nothing.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, clock } = options;
  const lock = lockDatabase(path);
  const opened: Database.Database[] = [];
  try {
    ensureDatabaseFile(path, MIGRATIONS);
    const writing = new Database(path, { fileMustExist: true });
    opened.push(writing);
    prepareConnection(writing);
    migrate(writing, MIGRATIONS);
    // A connection of its own: readers never see a transaction that is still open.
    const reading = new Database(path, { readonly: true, fileMustExist: true });
    opened.push(reading);
    return new SqliteStore(
      path,
      clock,
      { ...DEFAULT_RETENTION, ...options.retention },
      writing,
      reading,
      lock,
    );
  } catch (error) {
    for (const database of opened) database.close();
    lock.release();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly read: Store['read'];
  readonly #path: string;
  readonly #clock: Clock;
  readonly #retention: Retention;
  readonly #writer: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;
  readonly #lock: { release(): void };
  readonly #listeners = new Set<(serviceUids: ReadonlySet<string>) => void>();
  readonly #inside = new AsyncLocalStorage<true>();
  #closing: Promise<void> | undefined;

  constructor(
    path: string,
    clock: Clock,
    retention: Retention,
    writing: Database.Database,
    reading: Database.Database,
    lock: { release(): void },
  ) {
    this.#path = path;
    this.#clock = clock;
    this.#retention = retention;
    this.#writer = kysely(writing);
    this.#reader = kysely(reading);
    this.#lock = lock;
    this.read = storeReader({ db: this.#reader });
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new Error('the store is closed');
    if (this.#inside.getStore() === true) {
      throw new Error('a transaction inside a transaction would wait for itself: pass the outer one on');
    }
    const touched = new Set<string>();
    let result: T;
    try {
      // Kysely holds the one writing connection for the whole transaction: writers queue in order.
      result = await this.#writer.transaction().execute((db) => {
        const context: WriteContext = {
          db,
          clock: this.#clock,
          retention: this.#retention,
          touch: (uid) => void touched.add(uid),
        };
        return this.#inside.run(true, () => work(storeTransaction(context)));
      });
    } catch (error) {
      throw this.#explain(error);
    }
    if (touched.size > 0) this.#tell(touched);
    return result;
  }

  subscribe(listener: (serviceUids: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // Waits in the queues behind everything that was accepted.
    await this.#writer.connection().execute(async () => {});
    await this.#reader.connection().execute(async () => {});
    await this.#reader.destroy();
    await this.#writer.destroy();
    this.#listeners.clear();
    this.#lock.release();
  }

  #tell(touched: ReadonlySet<string>): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(touched);
      } catch (error) {
        // The change is committed; a listener's defect must not make it look failed.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  /** What the disk does to us becomes an error that names the file; everything else stays as it is. */
  #explain(error: unknown): unknown {
    if (!(error instanceof Database.SqliteError)) return error;
    if (error.code === 'SQLITE_FULL') {
      return new OpenEasError(
        'StorageFailed',
        { path: this.#path, reason: 'the disk is full' },
        { cause: error },
      );
    }
    if (error.code.startsWith('SQLITE_IOERR') || error.code.startsWith('SQLITE_READONLY')) {
      return new OpenEasError('StorageFailed', { path: this.#path, reason: error.message }, { cause: error });
    }
    return error;
  }
}

function kysely(database: Database.Database): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: withStatementCache(database) }) });
}
