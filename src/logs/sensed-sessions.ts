/** The sessions of a log that are still open, by the sensor's id. Bounded: the one that was silent longest goes first. */
import type { Observation } from '../model/observation.ts'
import { type Sensed, sensedSession, type Telling } from './sensed-session.ts'

const most = 20_000
/** A control connection that is silent for so long in the log's own time is over, in ms. */
const patience = 2 * 3_600_000
const sweepEvery = 4096

export function sensedSessions(telling: Telling, complete: (id: string, sensed: Sensed) => void) {
  const open = new Map<string, Sensed>()
  let since = 0

  function close(id: string): readonly Observation[] {
    const sensed = open.get(id)
    if (sensed === undefined) return []
    open.delete(id)
    complete(id, sensed)
    return [{ kind: 'ftp-session', session: sensedSession(sensed, telling), at: sensed.places }]
  }
  const closeBefore = (time: number): readonly Observation[] =>
    [...open].flatMap(([id, { end }]) => (end < time ? close(id) : []))

  return {
    get: (id: string): Sensed | undefined => open.get(id),
    /** Puts a session, as the newest, and gives those that had to make room. */
    put(id: string, sensed: Sensed): readonly Observation[] {
      open.delete(id)
      open.set(id, sensed)
      const out: Observation[] = []
      if (open.size > most) {
        const [oldest] = open.keys()
        if (oldest !== undefined) out.push(...close(oldest))
      }
      since++
      if (since >= sweepEvery) {
        since = 0
        out.push(...closeBefore(sensed.end - patience))
      }
      return out
    },
    close,
    closeBefore,
    closeAll: (): readonly Observation[] => [...open.keys()].flatMap(close),
  }
}

/** How long a growing log's session may be silent before it is told, in ms. */
export const idlePatience = 15 * 60_000
