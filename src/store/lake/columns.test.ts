import { describe, expect, test } from 'vitest'
import { columnsOf, isRollup, measures, tableNames } from './columns.ts'

describe.each(tableNames)('%s', (table) => {
  const columns = columnsOf(table)
  test('has each column once, of a type that every engine reads, with its meaning', () => {
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length)
    for (const { name, type, meaning } of columns) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/)
      expect(['BIGINT', 'INTEGER', 'VARCHAR']).toContain(type)
      expect(meaning).not.toBe('')
    }
  })
  test('is cut by time and day', () => {
    expect(columns.slice(0, 2).map(({ name, type }) => `${name} ${type}`)).toEqual([
      'time BIGINT',
      'day INTEGER',
    ])
  })
  test('adds up only in rollups', () => {
    const added = columns.filter(({ name }) => measures.has(name)).map(({ name }) => name)
    expect(added.includes('events')).toBe(isRollup(table))
  })
})
