import { expect, test } from 'vitest'
import { ftpCheckIds } from '../../model/service.ts'
import { ftpPoints } from '../../scan/ftp/selection.ts'
import { points, questions } from './points.ts'

test('the eight points tell every check of an assessment, each once', () => {
  expect(points).toHaveLength(8)
  expect(points.flatMap(({ checks }) => checks).sort()).toEqual([...ftpCheckIds].sort())
})

test('so do the points by which people ask for them', () => {
  expect(Object.values(ftpPoints).flat().sort()).toEqual([...ftpCheckIds].sort())
})

test('no two questions read alike', () => {
  const titles = Object.values(questions).map(({ title }) => title)
  expect(new Set(titles).size).toBe(titles.length)
})
