/** The questions that can be asked of a lake. */
import {
  anonymousLogins,
  clientsSeen,
  fileKinds,
  ftpTrend,
  type Limited,
  partyCount,
  serverPorts,
  serversSeen,
  topTalkers,
} from './activity.ts'
import type { EventTables } from './events.ts'
import { type ExposureQuestion, exposureUse } from './exposure-use.ts'
import type { Asked } from './window.ts'

export const lakeQueries = (events: EventTables) => ({
  /** The newest believable event, milliseconds since the epoch; null in an empty lake. */
  newest: () => events.newest(),
  ftpTrend: (asked: Asked) => ftpTrend(events, asked),
  serverPorts: (asked: Limited) => serverPorts(events, asked),
  clientsSeen: (asked: Limited) => clientsSeen(events, asked),
  serversSeen: (asked: Limited) => serversSeen(events, asked),
  partyCount: (asked: Asked) => partyCount(events, asked),
  anonymousLogins: (asked: Limited) => anonymousLogins(events, asked),
  fileKinds: (asked: Limited) => fileKinds(events, asked),
  topTalkers: (asked: Parameters<typeof topTalkers>[1]) => topTalkers(events, asked),
  exposureUse: (question: ExposureQuestion) => exposureUse(events, question),
})
export type LakeQueries = ReturnType<typeof lakeQueries>
