/** The screen of a watch: lines that fit a terminal, and their painting over one another. */
import type { Screen, WatchSystem } from '../capture/live.ts'
import { escapeText } from '../report/escape.ts'
import { durationPhrase, grouped } from '../report/services/words.ts'
import { padEnd, textWidth } from '../report/width.ts'
import type { Edges } from './edges.ts'
import { mostClients, type SeenServer, type WatchTally } from './watch-tally.ts'

export interface WatchNumbers {
  readonly source: string
  /** Milliseconds since it began. */
  readonly elapsed: number
  readonly packets: number
  readonly packetsPerSecond: number
  /** Null: nobody tells. */
  readonly dropped: number | null
  readonly guessing: number
}

/** At most `rows` lines of at most `columns` each, without anything a terminal would obey. */
export function viewLines(
  numbers: WatchNumbers,
  tally: WatchTally,
  { columns, rows }: Screen,
): readonly string[] {
  const { servers, events } = tally
  const head = wordsOf(numbers, tally).join(' · ')
  const room = Math.max(0, rows - 1)
  // Half of it is the servers', and what the events leave; each part has a line before it, the events a heading.
  const forEvents = events.length === 0 ? 0 : Math.min(events.length + 2, Math.floor(room / 2))
  const table = tableOf(servers, Math.max(0, room - forEvents - 1), tally.serverCount)
  const body = table.length === 0 ? [] : ['', ...table]
  const left = Math.max(0, room - body.length - 2)
  const latest = events.slice(0, left).map(({ time, text }) => `${clockTime(time)}  ${shown(text)}`)
  const foot = latest.length === 0 ? [] : ['', 'Latest (UTC)', ...latest]
  return [head, ...body, ...foot].slice(0, rows).map((line) => fitted(line, columns))
}

/** `1 gap`, `1,234 gaps`. */
export const counted = (count: number, one: string): string =>
  `${grouped(count)} ${one}${count === 1 ? '' : 's'}`

/** Milliseconds between two paintings. */
const every = 1000

export interface WatchScreen {
  end(): Promise<void>
}

/** Paints once a second on the terminal's second screen, so that nothing is left behind on the first. */
export function paintWatch(
  edges: Edges,
  system: WatchSystem,
  tally: WatchTally,
  read: () => Omit<WatchNumbers, 'packetsPerSecond' | 'elapsed'>,
): WatchScreen {
  const began = system.clock()
  let last = { at: began, packets: 0 }
  let cancel = () => {}
  let painting: Promise<void> = edges.out(enter)
  let isEnded = false
  const paint = async (): Promise<void> => {
    const size = system.screen()
    const now = system.clock()
    const numbers = read()
    const span = now - last.at
    const packetsPerSecond = span > 0 ? ((numbers.packets - last.packets) * 1000) / span : 0
    last = { at: now, packets: numbers.packets }
    if (size === null) return
    const lines = viewLines({ ...numbers, packetsPerSecond, elapsed: now - began }, tally, size)
    const [head = '', ...rest] = lines
    const first = edges.colour ? `\u001b[1m${head}\u001b[22m` : head
    await edges.out(
      `${home}${[first, ...rest].map((line) => `${line}${eraseLine}`).join('\r\n')}${eraseBelow}`,
    )
  }
  // A terminal that takes its time is painted less often.
  const next = () => {
    cancel = system.timer(every, () => {
      painting = painting.then(paint).then(() => {
        if (!isEnded) next()
      })
    })
  }
  painting = painting.then(paint)
  next()
  return {
    async end() {
      if (isEnded) return
      isEnded = true
      cancel()
      await painting
      await edges.out(leave)
    },
  }
}

// xterm's control sequences: second screen, no line wrapping (a width that is misjudged shall not move the rest), no cursor.
const enter = '\u001b[?1049h\u001b[?7l\u001b[?25l'
export const leave = '\u001b[?25h\u001b[?7h\u001b[?1049l'
const home = '\u001b[H'
const eraseLine = '\u001b[K'
const eraseBelow = '\u001b[J'

function wordsOf(numbers: WatchNumbers, tally: WatchTally): readonly string[] {
  const { source, elapsed, packets, packetsPerSecond, dropped, guessing } = numbers
  return [
    `watching ${shown(source === '-' ? 'standard input' : source)} for ${durationPhrase(elapsed)}`,
    `${grouped(Math.round(packetsPerSecond))} packets/s`,
    `${grouped(packets)} in all`,
    dropped === null ? 'drops not told' : `${grouped(dropped)} dropped`,
    counted(tally.sessions, 'session'),
    ...(guessing > 0 ? [`${counted(guessing, 'client')} guessing passwords`] : []),
    ...(tally.gaps > 0 ? [counted(tally.gaps, 'gap')] : []),
    'Ctrl-C ends it',
  ]
}

const headings = [
  'Server',
  'Protocol',
  'Product',
  'TLS',
  'Clients',
  'Sessions',
  'Logins',
  'Files',
  'Signs',
]
const widest = [46, 10, 28, 9, 8, 9, 18, 18, 200]

function tableOf(servers: readonly SeenServer[], lines: number, all: number): readonly string[] {
  if (servers.length === 0) return lines > 0 ? ['No server was seen yet.'] : []
  const isCut = all > lines - 1
  const listed = servers.slice(0, Math.max(0, lines - (isCut ? 2 : 1)))
  const rows = [headings, ...listed.map(cellsOf)]
  const widths = headings.map((_, i) =>
    Math.min(
      widest[i] ?? 0,
      rows.reduce((most, row) => Math.max(most, textWidth(row[i] ?? '')), 0),
    ),
  )
  const text = rows.map((row) =>
    row
      .map((cell, i) => padEnd(fitted(cell, widths[i] ?? 0), widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return isCut ? [...text, `and ${grouped(all - listed.length)} more`] : text
}

function cellsOf(server: SeenServer): readonly string[] {
  const { clients, logins, files } = server
  return [
    server.where,
    server.protocol,
    shown(server.product ?? '?'),
    server.tls ?? '?',
    clients.size >= mostClients ? `${mostClients}+` : grouped(clients.size),
    grouped(server.sessions),
    logins === null
      ? '?'
      : `${grouped(logins.ok)} ok${logins.failed > 0 ? `, ${grouped(logins.failed)} failed` : ''}`,
    files === null ? '?' : filesText(files),
    [...server.signs].join(', '),
  ]
}

const filesText = ({ count, bytes }: { readonly count: number; readonly bytes: number }): string =>
  count === 0 ? '0' : `${grouped(count)} (${size(bytes)})`

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB', 'PB']
  const at = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** at).toFixed(1)} ${units[at - 1]}`
}

const clockTime = (time: number): string =>
  Math.abs(time) <= 8.64e15 ? new Date(time).toISOString().slice(11, 19) : '--:--:--'

/** Text from outside, as it may be shown; its length is bounded before its width is measured. */
const shown = (text: string): string => escapeText(text.slice(0, 1000))

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** Code units of one grapheme that are shown: marks can be stacked without end. */
const longestGrapheme = 8

/** Cut where it is too wide, which `…` tells. */
function fitted(text: string, columns: number): string {
  if (text.length <= columns && textWidth(text) <= columns && !/\p{Mark}/u.test(text)) return text
  let [kept, used] = ['', 0]
  for (const { segment, index } of graphemes.segment(text)) {
    const one = segment.slice(0, longestGrapheme)
    const width = textWidth(one)
    const isLast = index + segment.length === text.length
    if (used + width > columns - (isLast ? 0 : 1))
      return columns > 0 ? `${kept}${used < columns ? '…' : ''}` : ''
    kept += one
    used += width
  }
  return kept
}
