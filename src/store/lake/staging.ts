/**
 * Rows on their way into a batch: temporary tables of DuckDB, filled a chunk at a time. A text that repeats is staged as a
 * number and becomes text again when the file is written, and a chunk holds no columns that are the same in all its rows, so
 * that a line of a flow log costs few copies.
 */
import {
  BIGINT,
  DuckDBBigIntVector,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBIntegerVector,
  DuckDBVarCharVector,
  type DuckDBVector,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import {
  type ChunkColumns,
  type ColumnCells,
  type Columns,
  chunkRows,
  columnCells,
  listOf,
  noId,
  nothing,
} from './column-cells.ts'
import {
  type Cell,
  type Column,
  columnsOf,
  type Row,
  type TableName,
  tableNames,
} from './columns.ts'
import { quoted } from './duck.ts'
import { mayBeFixed, noteRepeat, type Part, type Stage, stagedType, stageOf } from './stage.ts'
import { fillIntegers, fillNumbers, fillSmall, fillTexts, fillWords } from './vectors.ts'

/** What a row takes beside its own texts: an estimate for the bound on a batch. */
const rowBytes = 96
/** Sets of columns that are staged apart; chunks of any other set are staged with all columns. */
const shapes = 16

const dictionary: readonly Column[] = [
  { name: 'id', type: 'INTEGER', meaning: 'number in this batch' },
  { name: 'text', type: 'VARCHAR', meaning: 'the text' },
]

/** Owns its connection. */
export class Staging {
  readonly connection: DuckDBConnection
  #stages = new Map<TableName, Stage>()
  #texts = new Map<string, number>()
  #words = stageOf('staged_text', dictionary)
  #handedWords = 0
  #views: string[] = []
  #tables: string[] = []
  #bytes = 0

  constructor(connection: DuckDBConnection) {
    this.connection = connection
  }

  get bytes(): number {
    return this.#bytes
  }

  rowsIn(table: TableName): number {
    return this.#stage(table).count
  }

  async append<T extends TableName>(table: T, row: Row<T>): Promise<void> {
    if (this.put(table, row)) await this.flush(table)
  }

  /** Takes a row and tells whether the chunk is full and has to be flushed. */
  put<T extends TableName>(table: T, row: Row<T>): boolean {
    const cells: Readonly<Record<string, Cell>> = row
    return this.write(table, (columns, at) => {
      const byName: Readonly<Record<string, Cell[]>> = columns
      for (const name in byName) (byName[name] as Cell[])[at] = cells[name] ?? null
    })
  }

  /** As `put`, for what writes into each column itself. */
  write<T extends TableName>(table: T, into: (columns: Columns<T>, at: number) => void): boolean {
    const stage = this.#stage(table)
    into(stage.byName as Columns<T>, stage.length++) // made of the columns of this table
    this.#bytes += rowBytes
    return stage.length >= chunkRows
  }

  /** Takes a chunk that comes by columns: at most `chunkRows` rows. */
  async appendChunk<T extends TableName>(
    table: T,
    columns: ChunkColumns<T>,
    length: number,
  ): Promise<void> {
    const stage = this.#stage(table)
    const byName: Readonly<Record<string, ColumnCells>> = columns
    this.#bytes += rowBytes * length
    stage.count += length
    await this.#append(
      stage,
      stage.columns.map(({ name }) => byName[name] ?? nothing),
      length,
    )
  }

  /** The number that stands for a text in this batch. */
  idOf(text: string): number {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    const id = this.#texts.size
    this.#texts.set(text, id)
    this.#bytes += text.length
    return id
  }

  /** Hands the rows of a table to DuckDB. */
  flush(table: TableName): Promise<void> {
    return this.#hand(this.#stage(table))
  }

  /** Hands over all rows; afterwards `stagedName` of every table can be queried. */
  async settle(): Promise<void> {
    for (const table of tableNames) await this.#hand(this.#stage(table))
    await this.#handWords()
    for (const stage of [...this.#stages.values(), this.#words]) {
      for (const { appender } of stage.parts.values()) appender.flushSync()
      await this.#show(stage, [])
    }
  }

  /** Adds what a query over staged tables finds, itself in staged form, to a settled table. */
  async extend(table: TableName, select: string): Promise<void> {
    const stage = this.#stage(table)
    const more = `${stage.name}_more`
    await this.connection.run(`CREATE TEMP TABLE ${more} AS ${select}`)
    this.#tables.push(more)
    stage.constants.clear()
    await this.#show(stage, [`FROM ${more}`])
  }

  /** Reads a staged table (or anything with its columns) as the lake has it: numbers of texts are texts again. */
  unstaged(table: TableName, from: string, where: string): string {
    const { constants } = this.#stage(table)
    const words = [...this.#texts.keys()]
    const joins: string[] = []
    const shown = columnsOf(table).map(({ name, repeats }) => {
      if (!repeats) return `s.${name}`
      const only = words[constants.get(name) ?? -1]
      if (only !== undefined) return `${constant(only)} AS ${name}`
      joins.push(`LEFT JOIN staged_text text_${name} ON s.${name} = text_${name}.id`)
      return `text_${name}.text AS ${name}`
    })
    return `SELECT ${shown.join(', ')} FROM ${from} s ${joins.join(' ')} WHERE ${where}`
  }

  /** Forgets all rows. */
  async clear(): Promise<void> {
    this.#closeAppenders()
    for (const view of this.#views) await this.connection.run(`DROP VIEW ${view}`)
    for (const table of this.#tables) await this.connection.run(`DROP TABLE ${table}`)
    this.#stages = new Map()
    this.#texts = new Map()
    this.#handedWords = 0
    this.#words = stageOf('staged_text', dictionary)
    this.#views = []
    this.#tables = []
    this.#bytes = 0
  }

  close(): void {
    this.#closeAppenders()
    this.connection.closeSync()
  }

  #closeAppenders(): void {
    for (const { parts } of [...this.#stages.values(), this.#words])
      for (const { appender } of parts.values()) appender.closeSync()
  }

  #stage(table: TableName): Stage {
    const known = this.#stages.get(table)
    if (known) return known
    const stage = stageOf(stagedName(table), columnsOf(table))
    this.#stages.set(table, stage)
    return stage
  }

  async #show(stage: Stage, more: readonly string[]): Promise<void> {
    const nothing = stage.columns.map(
      (column) => `CAST(NULL AS ${stagedType(column)}) AS ${column.name}`,
    )
    const parts = [
      `SELECT ${nothing.join(', ')} WHERE false`,
      ...[...stage.parts.values()].map(
        ({ table, fixed }) => `SELECT ${['*', ...fixed].join(', ')} FROM ${table}`,
      ),
      ...more,
    ]
    await this.connection.run(
      `CREATE OR REPLACE TEMP VIEW ${stage.name} AS ${parts.join(' UNION ALL BY NAME ')}`,
    )
    if (!this.#views.includes(stage.name)) this.#views.push(stage.name)
  }

  async #handWords(): Promise<void> {
    const texts = [...this.#texts.keys()]
    for (; this.#handedWords < texts.length; this.#handedWords++) {
      const at = this.#words.length++
      const [ids, words] = this.#words.cells as readonly [Cell[], Cell[]] // the two of the dictionary
      ids[at] = this.#handedWords
      words[at] = texts[this.#handedWords] ?? null
      if (this.#words.length >= chunkRows) await this.#hand(this.#words)
    }
    await this.#hand(this.#words)
  }

  async #hand(stage: Stage): Promise<void> {
    const { length } = stage
    if (length === 0) return
    stage.length = 0
    stage.count += length
    const chunk = stage.cells.map((cells) => columnCells(cells, length))
    await this.#append(stage, chunk, length)
  }

  async #append(stage: Stage, cells: readonly ColumnCells[], length: number): Promise<void> {
    const { columns, appender } = await this.#part(stage, cells)
    const types = columns.map(({ column }) => duckTypes[stagedType(column)])
    const chunk = DuckDBDataChunk.create(types, length)
    for (const [i, { column, at }] of columns.entries()) {
      const vector = chunk.getColumnVector(i)
      this.#fill(vector, cells[at] ?? nothing, length, stage, column)
      vector.flush()
    }
    appender.appendDataChunk(chunk)
  }

  #fill(
    vector: DuckDBVector,
    cells: ColumnCells,
    length: number,
    stage: Stage,
    column: Column,
  ): void {
    if (cells.kind === 'ids' && vector instanceof DuckDBIntegerVector) {
      noteRepeat(stage, column, null)
      const ids = cells.ids.subarray(0, length)
      vector['items'].set(ids)
      for (let i = ids.indexOf(noId); i >= 0; i = ids.indexOf(noId, i + 1)) vector.setItem(i, null)
      return
    }
    if (cells.kind === 'numbers') {
      if (vector instanceof DuckDBBigIntVector) fillWords(vector, cells.values, cells.from, length)
      else if (vector instanceof DuckDBIntegerVector)
        fillSmall(vector, cells.values, cells.from, length)
      return
    }
    const list = listOf(cells, length)
    if (column.repeats && vector instanceof DuckDBIntegerVector)
      this.#fillIds(vector, list, length, stage, column)
    else if (vector instanceof DuckDBVarCharVector) this.#bytes += fillTexts(vector, list, length)
    else if (vector instanceof DuckDBBigIntVector) fillNumbers(vector, list, length)
    else if (vector instanceof DuckDBIntegerVector) fillIntegers(vector, list, length)
  }

  async #part(stage: Stage, cells: readonly ColumnCells[]): Promise<Part> {
    const plain = stage.parts.size < shapes
    const columns: Part['columns'][number][] = []
    const fixed: string[] = []
    let key = ''
    for (const [at, column] of stage.columns.entries()) {
      const given = cells[at] ?? nothing
      const only =
        plain && given.kind === 'same' && mayBeFixed(column, given.cell) ? given.cell : undefined
      if (only === undefined) columns.push({ column, at })
      else if (only === null) noteRepeat(stage, column, null)
      else {
        const number = typeof only === 'string' ? this.idOf(only) : only
        noteRepeat(stage, column, number)
        fixed.push(`CAST(${number} AS ${stagedType(column)}) AS ${column.name}`)
      }
      key += only === undefined ? ' +' : ` ${only === null ? '-' : fixed.length}`
    }
    key = plain ? `${key} ${fixed.join()}` : 'all'
    const known = stage.parts.get(key)
    if (known) return known
    const table = `${stage.name}_${stage.parts.size}`
    const declared = columns.map(({ column }) => `${column.name} ${stagedType(column)}`)
    await this.connection.run(`CREATE TEMP TABLE ${table} (${declared.join(', ')})`)
    this.#tables.push(table)
    const appender = await this.connection.createAppender(table, null, 'temp')
    const part = { table, columns, fixed, appender }
    stage.parts.set(key, part)
    return part
  }

  #fillIds(
    vector: DuckDBIntegerVector,
    cells: readonly Cell[],
    length: number,
    stage: Stage,
    column: Column,
  ): void {
    const items = vector['items']
    let [last, lastId]: [Cell | undefined, number] = [undefined, 0]
    for (let i = 0; i < length; i++) {
      const cell = cells[i]
      if (typeof cell !== 'string') {
        vector.setItem(i, null)
        noteRepeat(stage, column, null)
        continue
      }
      if (cell !== last) {
        last = cell
        lastId = this.idOf(cell)
        noteRepeat(stage, column, lastId)
      }
      items[i] = lastId
    }
  }
}

const duckTypes = { BIGINT, INTEGER, VARCHAR } as const

/** An enumeration of one text is written as that text, but not hashed for each row. */
const constant = (text: string): string => {
  const word = quoted(text.toWellFormed())
  // Members of an enumeration are literals, which U+0000 has none of.
  return text.includes('\u0000') ? word : `CAST(${word} AS ENUM(${word}))`
}

export const stagedName = (table: TableName): string => `staged_${table}`
