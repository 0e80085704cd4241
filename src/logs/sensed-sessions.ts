/** The sessions of a log that are still open, by the sensor's id. Bounded: the one that was silent longest goes first. */
import type { Observation } from '../model/observation.ts'
import { type Sensed, sensedSession, type Telling } from './sensed-session.ts'

const most = 20_000
/** A control connection that is silent for so long in the log's own time is over, in ms. */
const patience = 2 * 3_600_000
const sweepEvery = 4096

export function sensedSessions(telling: Telling, complete: (id: string, sensed: Sensed) => void) {
  const open = new Map<string, Sensed>()
  /** What was told although it is open, and has no line since. */
  const told = new WeakSet<Sensed>()
  let since = 0

  function tell(id: string, sensed: Sensed): readonly Observation[] {
    told.add(sensed)
    complete(id, sensed)
    const session = sensedSession(sensed, telling)
    return [{ kind: 'ftp-session', session, at: [...sensed.places] }]
  }
  function close(id: string): readonly Observation[] {
    const sensed = open.get(id)
    open.delete(id)
    return sensed === undefined ? [] : tell(id, sensed)
  }
  function forget(id: string, sensed: Sensed): readonly Observation[] {
    open.delete(id)
    return told.has(sensed) ? [] : tell(id, sensed)
  }
  const closeBefore = (time: number): readonly Observation[] =>
    [...open].flatMap(([id, sensed]) => (sensed.end < time ? forget(id, sensed) : []))

  return {
    get: (id: string): Sensed | undefined => open.get(id),
    /** Puts a session, as the newest, and gives those that had to make room. */
    put(id: string, sensed: Sensed): readonly Observation[] {
      open.delete(id)
      open.set(id, sensed)
      told.delete(sensed)
      const out: Observation[] = []
      if (open.size > most) {
        const [oldest] = open
        if (oldest !== undefined) out.push(...forget(...oldest))
      }
      since++
      if (since >= sweepEvery) {
        since = 0
        out.push(...closeBefore(sensed.end - patience))
      }
      return out
    },
    close,
    /** Tells of those that were silent since before this time, and keeps them: they are told again when more comes. */
    tellBefore: (time: number): readonly Observation[] =>
      [...open].flatMap(([id, sensed]) =>
        sensed.end < time && !told.has(sensed) ? tell(id, sensed) : [],
      ),
    closeAll: (): readonly Observation[] => [...open].flatMap(([id, sensed]) => forget(id, sensed)),
  }
}

/** How long a growing log's session may be silent before it is told, in ms. */
export const idlePatience = 15 * 60_000
