/** Every question that a lake is asked, for tests that compare what answers it; a forgotten one does not compile. */
import type { LakeQueries } from '../queries/queries.ts'
import type { Reading } from '../queries/window.ts'
import { endpoint } from './observations.ts'

export interface AskedOfAll {
  readonly asOf: number
  readonly hours: number
  readonly read: Reading
}
type Ask = (queries: LakeQueries, asked: AskedOfAll) => Promise<unknown>

const limit = 1000

const questions: Readonly<Record<keyof LakeQueries, readonly Ask[]>> = {
  newest: [],
  ftpTrend: [(queries, asked) => queries.ftpTrend(asked)],
  serverPorts: [(queries, asked) => queries.serverPorts({ ...asked, limit })],
  clientsSeen: [(queries, asked) => queries.clientsSeen({ ...asked, limit })],
  serversSeen: [(queries, asked) => queries.serversSeen({ ...asked, limit })],
  partyCount: [(queries, asked) => queries.partyCount(asked)],
  anonymousLogins: [(queries, asked) => queries.anonymousLogins({ ...asked, limit })],
  fileKinds: [(queries, asked) => queries.fileKinds({ ...asked, limit })],
  topTalkers: [
    (queries, asked) => queries.topTalkers({ ...asked, limit, of: 'flows' }),
    (queries, asked) => queries.topTalkers({ ...asked, limit, of: 'sessions' }),
  ],
  exposureUse: [
    // Of one nobody was seen, of the other nothing at all.
    ...['10.0.0.5:4', '10.0.99.99:21'].map(
      (target): Ask =>
        (queries, { asOf, read }) =>
          queries.exposureUse({
            targets: [endpoint(target)],
            protocol: 6,
            network: 'site-1',
            days: 1,
            asOf,
            read,
          }),
    ),
    (queries, { asOf, read }) =>
      queries.exposureUse({
        targets: [endpoint('10.0.0.5:2121'), endpoint('8.8.8.8:2121')],
        protocol: 6,
        network: 'site-1',
        days: 2,
        asOf,
        read,
      }),
  ],
}

/** Each answer with the name of its question. */
export async function everyAnswer(
  queries: LakeQueries,
  asked: AskedOfAll,
): Promise<readonly (readonly [question: string, answer: unknown])[]> {
  const out: [string, unknown][] = []
  for (const [name, asks] of Object.entries(questions))
    for (const ask of asks) out.push([name, await ask(queries, asked)])
  return out
}
