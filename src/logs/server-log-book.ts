/**
 * The connections of a log that are open: looked up by what the format knows them by, let go when they end, when the log's own
 * clock has left them behind, or when too many are open. Bounded.
 */
import type { Address } from '../model/address.ts'
import type { Observation, Place } from '../model/observation.ts'
import { encodeWire, wireOf } from '../protocols/ftp/wire.ts'
import { type BadLine, type LineAbout, type LineReader, type LogContext, placeAt } from './log.ts'
import { type Lacks, lacksOf, portUntold, type ServerContext } from './server-log.ts'
import { type Gathering, gather, sessionOf, touch } from './server-log-session.ts'

export const bookLimits = {
  /** Milliseconds without a line after which a connection is taken for over; a long transfer writes none. */
  idle: 3_600_000,
  /** The same where connections are told apart by the client's address alone. */
  idleByAddress: 900_000,
  open: 65_536,
} as const

export interface Book {
  readonly lacks: Lacks
  find(key: string): Gathering | undefined
  /** A new connection; one that was open under the key is let go. */
  open(key: string, client: Address, time: number, startSeen: boolean): Gathering
  /** A line of the connection under the key. */
  told(key: string, time: number, place: Place): void
  close(key: string, end: 'seen' | 'unseen'): void
  /** Lets go of what was silent for too long before this time. */
  passed(time: number): void
  /** Tells of it as it is now without letting go: it is told again when more comes of it. */
  silent(time: number): void
  /** What was let go since the last call, and gaps. */
  take(): readonly Observation[]
  /** Lets go of everything, and says what time the log covers. */
  end(): readonly Observation[]
}

export function bookOf(
  context: ServerContext,
  idle: number,
  replies: Gathering['replies'] = 'texts',
): Book {
  // Oldest line first: a connection moves to the end with each line.
  const open = new Map<string, Gathering>()
  const lacks = lacksOf(context)
  /** What was told although it is open, and has no line since. */
  const told = new WeakSet<Gathering>()
  let done: Observation[] = []
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const letGo = (key: string, gathering: Gathering) => {
    open.delete(key)
    tell(gathering)
  }
  const tell = (gathering: Gathering) => {
    if (told.has(gathering)) return
    told.add(gathering)
    const made = observationOf(gathering, context, lacks)
    if (made) done.push(made)
  }
  const take = () => {
    const taken = [...done, ...lacks.take()]
    done = []
    return taken
  }
  return {
    lacks,
    find: (key) => open.get(key),
    open(key, client, time, startSeen) {
      const before = open.get(key)
      if (before) letGo(key, before)
      const oldest = open.size >= bookLimits.open ? open.entries().next().value : undefined
      if (oldest) letGo(...oldest)
      const made = gather(client, time, startSeen, replies)
      made.server = context.server
      open.set(key, made)
      return made
    },
    told(key, time, place) {
      const gathering = open.get(key)
      if (!gathering) return
      from = Math.min(from, time)
      to = Math.max(to, time)
      touch(gathering, time, place)
      told.delete(gathering)
      open.delete(key)
      open.set(key, gathering)
    },
    close(key, end) {
      const gathering = open.get(key)
      if (!gathering) return
      if (end === 'seen') gathering.endSeen = true
      letGo(key, gathering)
    },
    passed(time) {
      for (const [key, gathering] of open) {
        if (time - gathering.end <= idle) break
        letGo(key, gathering)
      }
    },
    silent(time) {
      for (const gathering of open.values()) {
        if (time - gathering.end <= idle) break
        tell(gathering)
      }
    },
    take,
    end() {
      for (const [key, gathering] of open) letGo(key, gathering)
      const at = [{ document: context.document }]
      // What a server is told to log is its operator's choice: a log never shows that there was nothing else.
      const span = { from, to, complete: false, sampled: null, dropped: null, at }
      return from > to ? take() : [...take(), { kind: 'coverage', ...span }]
    },
  }
}

/** `told` is a line of a connection, `skip` one that says nothing. */
export type Told = 'told' | 'skip' | BadLine

/** A reader over a book: `read` takes one line as wire text, which stands at `place`. Connections follow the log's clock. */
export function readerOver(
  book: Book,
  context: LogContext,
  read: (text: string, place: Place, about: LineAbout) => Told,
): LineReader {
  return {
    line(text, number, about) {
      const outcome = read(wireText(text, about), placeAt(context, number, about), about)
      // What is done waits for the next line, since a bad line has no room for it.
      if (typeof outcome === 'object') return outcome
      const observations = book.take()
      return outcome === 'skip' && observations.length === 0 ? 'skip' : observations
    },
    end: () => book.end(),
    idle(now) {
      book.silent(now)
      return book.take()
    },
  }
}

/** A line whose bytes are no UTF-8 comes with them, unless a wrapper was taken off. */
const wireText = (text: string, { raw, syslog }: LineAbout): string =>
  raw && !syslog ? wireOf(raw) : isAscii(text) ? text : encodeWire(text)

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

/** Nothing where nobody says which server it was; a gap then asks for it. */
function observationOf(
  gathering: Gathering,
  context: ServerContext,
  lacks: Lacks,
): Observation | undefined {
  const address = gathering.server ?? context.server
  if (address === null) {
    lacks.tell('server-unknown')
    return undefined
  }
  const port = gathering.serverPort ?? context.serverPort ?? null
  if (port === null) lacks.tell('server-port-untold')
  if (gathering.clientPort === null) lacks.tell('client-port-untold')
  if (gathering.filesBeyond) lacks.tell('files-beyond-limit')
  const session = sessionOf(
    gathering,
    { address, port: port ?? portUntold },
    gathering.clientPort ?? portUntold,
  )
  return { kind: 'ftp-session', session, at: [...gathering.places] }
}
