/** The catalogue's shape, step by step. A step that was published is never changed: add another. */
import type { DatabaseSync } from 'node:sqlite'

const steps: readonly string[] = [
  `CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL);
   INSERT INTO state VALUES (1, 1);
   CREATE TABLE batch (
     id INTEGER PRIMARY KEY AUTOINCREMENT, work TEXT NOT NULL, state TEXT NOT NULL, planned INTEGER NOT NULL, committed INTEGER);
   CREATE INDEX batch_state ON batch (state) WHERE state = 'pending';
   CREATE TABLE file (
     id INTEGER PRIMARY KEY AUTOINCREMENT, batch INTEGER NOT NULL REFERENCES batch, kind TEXT NOT NULL, path TEXT NOT NULL UNIQUE,
     day INTEGER NOT NULL, state TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL, min_time INTEGER NOT NULL,
     max_time INTEGER NOT NULL, retired INTEGER);
   CREATE INDEX file_live ON file (kind, state, max_time);
   CREATE TABLE source (
     id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, witness TEXT NOT NULL, head TEXT,
     complete INTEGER NOT NULL);
   CREATE INDEX source_head ON source (head) WHERE head IS NOT NULL;
   CREATE TABLE source_range (
     source INTEGER NOT NULL REFERENCES source, batch INTEGER NOT NULL REFERENCES batch, first_record INTEGER NOT NULL,
     end_record INTEGER NOT NULL, end_offset INTEGER, hash_before TEXT, PRIMARY KEY (source, first_record));
   CREATE TABLE session_key (
     uid INTEGER NOT NULL, ends TEXT NOT NULL, client_port INTEGER NOT NULL, server_port INTEGER NOT NULL,
     start INTEGER NOT NULL, precedence INTEGER NOT NULL, source INTEGER NOT NULL, record INTEGER NOT NULL, share TEXT NOT NULL, PRIMARY KEY (source, record)) WITHOUT ROWID;
   CREATE INDEX session_ends ON session_key (ends, start);
   CREATE INDEX session_uid ON session_key (uid);
   CREATE TABLE coverage (
     source INTEGER NOT NULL REFERENCES source, batch INTEGER NOT NULL, network TEXT NOT NULL, witness TEXT NOT NULL,
     start INTEGER, "end" INTEGER, complete INTEGER NOT NULL, sampled INTEGER, dropped INTEGER);
   CREATE TABLE gap (
     source INTEGER NOT NULL REFERENCES source, key TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL, place TEXT,
     times INTEGER NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID;
   CREATE TABLE lease (id INTEGER PRIMARY KEY AUTOINCREMENT, generation INTEGER NOT NULL, expires INTEGER NOT NULL);`,
  `ALTER TABLE source RENAME COLUMN head TO meaning;
   ALTER TABLE source ADD COLUMN lineage INTEGER;
   CREATE INDEX source_lineage ON source (lineage) WHERE lineage IS NOT NULL;
   ALTER TABLE source_range ADD COLUMN told_offset INTEGER;
   ALTER TABLE source_range ADD COLUMN head TEXT;
   ALTER TABLE source_range ADD COLUMN ended INTEGER;
   CREATE INDEX source_range_head ON source_range (head) WHERE head IS NOT NULL;
   ALTER TABLE session_key ADD COLUMN "end" INTEGER NOT NULL DEFAULT 0;
   UPDATE session_key SET "end" = start;
   ALTER TABLE session_key ADD COLUMN lineage INTEGER;
   ALTER TABLE session_key ADD COLUMN place INTEGER;
   CREATE INDEX session_place ON session_key (lineage, place) WHERE lineage IS NOT NULL;`,
  // What was deleted before is not known: what is there is taken to be all that is whole.
  `ALTER TABLE state ADD COLUMN events_from INTEGER;
   ALTER TABLE state ADD COLUMN rollups_from INTEGER;
   UPDATE state SET
     events_from = coalesce(
       (SELECT min(day) FROM file WHERE state = 'live' AND kind IN ('flow', 'ftp_session', 'ftp_transfer', 'service')),
       (SELECT max(day) + 1 FROM file WHERE state = 'live' AND kind LIKE 'rollup%')),
     rollups_from = (SELECT min(day) FROM file WHERE state = 'live' AND kind LIKE 'rollup%');
   DELETE FROM session_key WHERE share = 'null';`,
  // What was entered before was counted by precedence alone: equal here, it stays so.
  'ALTER TABLE session_key ADD COLUMN start_seen INTEGER NOT NULL DEFAULT 1;',
]

export class NewerLakeError extends Error {
  override readonly name = 'NewerLakeError'
}

/** Brings a database to the newest shape. A database of a newer program is refused: `NewerLakeError`. */
export function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const done = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
    if (done > steps.length)
      throw new NewerLakeError(
        `the lake was written by a newer version (catalogue ${done}, known ${steps.length})`,
      )
    for (const step of steps.slice(done)) database.exec(step)
    database.exec(`PRAGMA user_version = ${steps.length}`)
    database.exec('COMMIT')
  } catch (cause) {
    // A full disk has SQLite roll back by itself.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw cause
  }
}
