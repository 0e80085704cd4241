import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { DocumentIo } from '../documents/io.ts'
import { examine } from './evidence-input.ts'

/** Standard input that comes in pieces of so many bytes; `read` tells how many were asked for. */
function stdinOf(bytes: Uint8Array, size: number) {
  let [at, isClosed] = [0, false]
  const never = () => Promise.reject(new Error('standard input alone'))
  const io: DocumentIo = {
    ...{ stat: never, readdir: never, open: never },
    stdin: () => ({
      size: null,
      async read(into) {
        const piece = bytes.subarray(at, at + size)
        into.set(piece)
        at += piece.length
        return piece.length
      },
      async close() {
        isClosed = true
      },
    }),
  }
  return { io, read: () => at, isClosed: () => isClosed }
}

const text = Buffer.from('#separator \\x09\n#path\tftp\n'.repeat(2_700))
const pcap = Buffer.concat([Buffer.from('d4c3b2a102000400', 'hex'), Buffer.alloc(20_000)])

describe('a stream is known by its start, however that comes', () => {
  test.each([
    { name: 'a log', bytes: text, kind: 'log', packing: 'plain', head: 65_536 },
    { name: 'a packed log', bytes: gzipSync(text), kind: 'log', packing: 'gzip', head: 65_536 },
    { name: 'a capture', bytes: pcap, kind: 'capture', packing: 'plain', head: null },
    {
      name: 'a packed capture',
      bytes: gzipSync(pcap),
      kind: 'capture',
      packing: 'gzip',
      head: null,
    },
    {
      name: 'Parquet',
      bytes: Buffer.from('PAR1....'),
      kind: 'parquet',
      packing: 'plain',
      head: null,
    },
    { name: 'nothing', bytes: Buffer.alloc(0), kind: 'log', packing: 'plain', head: 0 },
    { name: 'one byte', bytes: Buffer.from('x'), kind: 'log', packing: 'plain', head: 1 },
  ])('$name', async ({ bytes, kind, packing, head }) => {
    for (const size of [2, 50_000]) {
      const stdin = stdinOf(bytes, size)
      const file = await examine('-', stdin.io)
      expect(file).toMatchObject({ kind, packing })
      if (head !== null && size < 8) expect(file.head).toHaveLength(head)
      const all: Uint8Array[] = []
      for await (const chunk of file.chunks ?? []) all.push(Buffer.from(chunk))
      expect(Buffer.concat(all).equals(bytes)).toBe(true)
      expect(stdin.isClosed()).toBe(true)
    }
  })
  test('and a live capture is not held up', async () => {
    const stdin = stdinOf(pcap, 2)
    await examine('-', stdin.io)
    expect(stdin.read()).toBe(4)
  })
})
