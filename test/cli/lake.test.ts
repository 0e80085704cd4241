/** `portreeve lake`: what people see of it. */
import { existsSync, readdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DocumentIo } from '../../src/documents/io.ts'
import { openLake } from '../../src/store/lake/lake.ts'
import { dropFolder, makeFolder } from '../../src/store/testing/folder.ts'
import { flow, noon, service, session, source } from '../../src/store/testing/observations.ts'
import { portreeve } from './world.ts'

let folder = ''
const lake = () => join(folder, 'lake')
beforeAll(async () => {
  folder = makeFolder()
  const open = await openLake(lake(), { now: () => noon })
  const seen = session('198.51.100.7:40000', '10.0.0.5:2121', noon - 1000)
  const odd = [Date.UTC(1980, 0, 1), Number.NaN].map((time) => ({
    ...session('198.51.100.7:1', '10.0.0.5:2121', time),
    at: [{ document: 'evil\u001b[31m\u202e.log', line: 7 }],
  }))
  await open.ingest(source('a'), [
    seen,
    flow('198.51.100.7:1', '10.0.0.5:2121', noon - 1000, { end: noon }),
    service('10.0.0.6:21', noon - 1000),
    ...odd,
  ])
  await open.close()
})
afterAll(() => dropFolder(folder))

/** The lake is on the real disk. */
const documents: DocumentIo = {
  async stat(path) {
    const entry = await stat(path)
    const { size, mtimeMs: modified, ino } = entry
    return { kind: entry.isDirectory() ? 'folder' : 'file', size, modified, identity: String(ino) }
  },
  readdir: async (path) => readdirSync(path),
  open: () => Promise.reject(new Error('not asked for')),
  stdin: () => {
    throw new Error('not asked for')
  },
}
const run = (...words: readonly string[]) =>
  portreeve([...words, '--lake', lake()], { documents, columns: 120 })

describe('status', () => {
  test('tells what it holds at a glance', async () => {
    const { code, out } = await run('lake', 'status')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^5 events from 2026-11-21T11:59Z to 2026-11-21T11:59Z, of 1 source; \d+ files, \d+\.\d kB\n/,
    )
    expect(out).toMatch(/aside +2 +1 /)
    expect(out).toMatch(/ftp_session +1 +1 .*2026-11-21T11:59Z/)
    expect(out).toMatch(/absurd-time +1 +2\n/)
  })
  test('for programs', async () => {
    const { out } = await run('lake', 'status', '-f', 'json')
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      sources: [{ complete: 1, unfinished: 0 }],
      retired: [],
      gaps: [{ reason: 'absurd-time', sources: 1, times: 2 }],
    })
  })
})

describe('aside', () => {
  test('names the place and says why, with hostile names made harmless', async () => {
    const { out } = await run('lake', 'aside')
    expect(out).toMatch(/^2 events aside\n/)
    expect(out).toMatch(
      /before-1990 +ftp-session +evil\\x1b\[31m\\u\{202e\}\.log +7 +1980-01-01T00:00Z\n/,
    )
    expect(out).toMatch(/not-a-time +ftp-session +evil\\x1b\[31m\\u\{202e\}\.log +7/)
  })
  test('for programs, at most so many', async () => {
    const { out } = await run('lake', 'aside', '--limit', '1', '-f', 'json')
    expect(out).not.toContain('\u001b')
    expect(out).not.toContain('\u202e')
    expect(JSON.parse(out)).toMatchObject({
      headline: '2 events aside, the first 1 are shown',
      aside: [{ reason: 'before-1990', line: 7, packet: null, time: Date.UTC(1980, 0, 1) }],
    })
  })
})

describe('export', () => {
  test('is one JSON object a line', async () => {
    const { code, out } = await run('lake', 'export')
    const classes = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type_uid)
    expect([code, classes]).toEqual([0, [400_899, 400_899, 400_802, 400_106, 400_107]])
  })
  test.each([
    { words: ['--kind', 'flows'], lines: 1 },
    { words: ['--from', '2026-11-21T12:00:00Z'], lines: 0 },
    { words: ['--from', '2026-11-21', '--to', '2026-11-22'], lines: 5 },
  ])('$words: $lines', async ({ words, lines }) => {
    expect((await run('lake', 'export', ...words)).out.split('\n')).toHaveLength(lines + 1)
  })
  test('as Parquet it is a lake that a report reads', async () => {
    const into = join(folder, 'ocsf')
    const { code, out } = await run('lake', 'export', '--parquet', into)
    expect(code).toBe(0)
    expect(out).toContain(`${into}/flows.parquet: 1 event\n`)
    expect(readdirSync(into).sort()).toEqual(
      ['flows', 'services', 'sessions', 'transfers'].map((kind) => `${kind}.parquet`),
    )
    const asked = ['report', 'ftp-activity', '--last', '3h', '-f', 'json']
    const own = await run(...asked)
    const others = await run(...asked, '--ocsf-lake', into)
    expect([others.code, others.err, others.out]).toEqual([0, '', own.out])
    expect(JSON.parse(own.out).headline).toContain('1 FTP session')
  })
})

describe('a mistake is one line that names the place', () => {
  test.each([
    { words: ['lake', 'export', '--from', '2026-13-01'], said: '--from: an ISO time is wanted' },
    {
      words: ['lake', 'export', '--from', '2026-11-22', '--to', '2026-11-21'],
      said: '--from must be before --to',
    },
    { words: ['lake', 'export', '--kind', 'x'], said: "'--kind <name>' argument 'x' is invalid" },
    { words: ['lake', 'aside', '--limit', '0'], said: 'a number from 1 is wanted' },
    { words: ['report', 'servers', '--ocsf-lake', '/absent'], said: 'cannot be read (ENOENT)' },
  ])('$words', async ({ words, said }) => {
    const { code, err, out } = await run(...words)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(said)
    expect(err).toMatch(/^portreeve: [^\n]*\n$/)
  })
  test('a folder with something else, a file for a folder', async () => {
    const others = await run('report', 'servers', '--ocsf-lake', join(lake(), 'lake'))
    expect(others.err).toMatch(/no OCSF events are here/)
    const file = await run('lake', 'export', '--parquet', join(lake(), 'catalogue.sqlite'))
    expect([file.code, file.err]).toEqual([
      2,
      expect.stringContaining('this is a file, a folder is wanted'),
    ])
  })
  test('and where no lake is, none is made', async () => {
    const absent = join(folder, 'absent')
    for (const work of ['status', 'aside', 'export']) {
      const { code, err } = await portreeve(['lake', work, '--lake', absent], { documents })
      expect([code, err]).toEqual([2, expect.stringContaining('no event lake here')])
    }
    expect(existsSync(absent)).toBe(false)
  })
})
