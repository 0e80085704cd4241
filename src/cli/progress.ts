/** One line that is written over itself, on standard error and only on a terminal. */
import type { Found } from '../documents/find.ts'
import { escapeText } from '../report/escape.ts'
import { wrap } from '../report/width.ts'
import type { Edges } from './edges.ts'

export interface Progress {
  /** What there is to read, before any of it is. */
  expect(found: Found): void
  show(reading: { readonly document: string; readonly bytes: number }): void
  say(text: string): void
  end(): void
}

/** Milliseconds between two paintings, and before the first: what is done sooner needs no word. */
const every = 100
const patience = 300
const clear = '\r\u001b[K'

export function progressLine(edges: Edges): Progress {
  if (!edges.errIsTerminal)
    return { expect: () => {}, show: () => {}, say: () => {}, end: () => {} }
  const start = edges.now().getTime()
  let next = start + patience
  let isPainted = false
  let files: ReadonlyMap<string, number> = new Map()
  let total: number | null = null
  /** Bytes of the documents before the one that is read now. */
  let done = 0
  let current = { document: '', bytes: 0 }
  const paint = (text: string) => {
    isPainted = true
    const [shown = ''] = wrap(text, Math.max(20, (edges.columns || 80) - 1))
    edges.err(clear + shown)
  }
  return {
    expect({ documents }) {
      files = new Map(documents.map(({ path }, i) => [path, i + 1]))
      total = documents.every(({ size }) => size !== null)
        ? documents.reduce((sum, { size }) => sum + (size ?? 0), 0)
        : null
    },
    show({ document, bytes }) {
      if (document !== current.document) done += current.bytes
      current = { document, bytes }
      const now = edges.now().getTime()
      if (now < next) return
      next = now + every
      const read = done + bytes
      const share =
        total && read <= total
          ? ` of ${megabytes(total)} (${Math.floor((100 * read) / total)} %)`
          : ''
      const count = files.size > 1 ? `, file ${files.get(document) ?? '?'} of ${files.size}` : ''
      paint(`reading ${megabytes(read)}${share}${count}: ${escapeText(document)}`)
    },
    say(text) {
      if (edges.now().getTime() >= start + patience) paint(text)
    },
    end() {
      if (isPainted) edges.err(clear)
      isPainted = false
    },
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
