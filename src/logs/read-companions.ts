/** What the logs of one sensor tell each other by the id of a connection or file. Bounded: the oldest is forgotten first. */
export interface Companions {
  readonly connections: Map<string, ConnectionFacts>
  readonly files: Map<string, FileFacts>
  /** When TLS began on a connection, in milliseconds since the epoch. */
  readonly encryptions: Map<string, number>
}

export interface ConnectionFacts {
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
  readonly startSeen: boolean
  readonly endSeen: boolean
  readonly lostBytes: number | null
  readonly directions: 'both' | 'client' | 'server'
}

export interface FileFacts {
  readonly bytes: number | null
  readonly complete: boolean | null
  readonly type: string | null
  /** Lower-case hex, of complete files alone. */
  readonly sha256: string | null
}

const most = 100_000

export const noCompanions = (): Companions => ({
  connections: new Map(),
  files: new Map(),
  encryptions: new Map(),
})

export function remember<Facts>(facts: Map<string, Facts>, id: string, fact: Facts): void {
  if (facts.size >= most && !facts.has(id)) {
    const [oldest] = facts.keys()
    if (oldest !== undefined) facts.delete(oldest)
  }
  facts.set(id, fact)
}
