/** One line that is written over itself, on standard error and only on a terminal. */
import { escapeText } from '../report/escape.ts'
import type { Edges } from './edges.ts'

export interface Progress {
  show(reading: {
    readonly document: string
    readonly bytes: number
    readonly total: number | null
  }): void
  say(text: string): void
  end(): void
}

const every = 100 // milliseconds between two paintings
const clear = '\r\u001b[K'

export function progressLine(edges: Edges): Progress {
  if (!edges.errIsTerminal) return { show: () => {}, say: () => {}, end: () => {} }
  let painted = 0
  const paint = (text: string) =>
    edges.err(`${clear}${text.slice(0, Math.max(20, (edges.columns || 80) - 1))}`)
  return {
    show({ document, bytes, total }) {
      const now = edges.now().getTime()
      if (now - painted < every) return
      painted = now
      const share = total ? ` of ${megabytes(total)} (${Math.floor((100 * bytes) / total)} %)` : ''
      paint(`reading ${escapeText(document)}: ${megabytes(bytes)}${share}`)
    },
    say: paint,
    end: () => edges.err(clear),
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
