import { describe, expect, test } from 'vitest'
import type { GrowingFile } from '../documents/growing.ts'
import { type Ending, feedOf, type Watching } from './follow-feed.ts'

/** A file in memory whose bytes others change. */
function memory(start: string) {
  const content = { bytes: Buffer.from(start) }
  const file: GrowingFile = {
    identity: 'a',
    size: async () => content.bytes.length,
    read: async (into, at) => content.bytes.copy(into, 0, Math.min(at, content.bytes.length)),
    close: async () => {},
  }
  return { content, file }
}

/** Reads it; at each pause the next thing happens. */
async function read(
  start: string,
  happenings: readonly ((content: { bytes: Buffer }) => void)[],
  more: Partial<Watching> = {},
) {
  const { content, file } = memory(start)
  const left = [...happenings]
  let ending: Ending | null = null
  let [text, isStopped, now] = ['', false, 0]
  const silences: number[] = []
  const feed = feedOf(file, {
    least: 0,
    isStopped: () => isStopped,
    isLost: () => false,
    now: () => now,
    async pause() {
      now += 30_000
      const next = left.shift()
      if (next) next(content)
      else isStopped = true
    },
    onEnd: (how) => {
      ending = how
    },
    ...more,
  })
  for await (const fed of feed) {
    if (fed.kind === 'bytes') text += Buffer.from(fed.bytes).toString()
    if (fed.kind === 'pause' && fed.now !== null) silences.push(fed.now)
  }
  return { text, ending, silences }
}
const append = (text: string) => (content: { bytes: Buffer }) => {
  content.bytes = Buffer.concat([content.bytes, Buffer.from(text)])
}
const replace = (text: string) => (content: { bytes: Buffer }) => {
  content.bytes = Buffer.from(text)
}
const nothing = () => {}

describe('a file that is watched', () => {
  test.each([
    {
      name: 'grows',
      happenings: [append('two\n'), nothing, append('three\n')],
      text: 'one\ntwo\nthree\n',
      ending: 'stopped',
    },
    {
      name: 'is cut',
      happenings: [append('two\n'), replace('')],
      text: 'one\ntwo\n',
      ending: 'shorter',
    },
    { name: 'is cut and shorter', happenings: [replace('1\n')], text: 'one\n', ending: 'shorter' },
    {
      name: 'is cut and longer already',
      happenings: [replace('uno\ndue\ntre\n')],
      text: 'one\n',
      ending: 'shorter',
    },
  ])('$name', async ({ happenings, text, ending }) => {
    expect(await read('one\n', happenings)).toMatchObject({ text, ending })
  })
  test('is left when it has no name and nobody wrote for long, and not before', async () => {
    const quiet = Array.from({ length: 15 }, () => nothing)
    const lost = { isLost: () => true }
    const written = await read('one\n', [...quiet, append('two\n'), ...quiet], lost)
    expect(written).toMatchObject({ text: 'one\ntwo\n', ending: 'stopped' })
    const left = await read('one\n', [...quiet, ...quiet, append('two\n')], lost)
    expect(left).toMatchObject({ text: 'one\n', ending: 'lost' })
  })
  test('is not stopped before what is known of it was read', async () => {
    const stopped = { isStopped: () => true }
    expect(await read('one\n', [], { ...stopped, least: 4 })).toMatchObject({ text: 'one\n' })
    expect(await read('one\n', [], stopped)).toMatchObject({ text: '', ending: 'stopped' })
    const shorter = await read('one\n', [], { ...stopped, least: 5 })
    expect(shorter).toMatchObject({ text: 'one\n', ending: 'shorter' })
  })
  test('is said to be silent now and then, and not while it grows', async () => {
    const { silences } = await read('one\n', [nothing, nothing, append('two\n'), nothing, nothing])
    expect(silences).toEqual([60_000, 150_000])
  })
})
