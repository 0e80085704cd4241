/** The questions that can be asked of a lake. */
import type { LakeParts } from '../lake/parts.ts'
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
import { newestOf } from './asking.ts'
import { type ExposureQuestion, exposureUse } from './exposure-use.ts'
import type { Asked } from './window.ts'

export const lakeQueries = (parts: LakeParts) => ({
  /** The newest believable event, milliseconds since the epoch; null in an empty lake. */
  newest: () => newestOf(parts),
  ftpTrend: (asked: Asked) => ftpTrend(parts, asked),
  serverPorts: (asked: Limited) => serverPorts(parts, asked),
  clientsSeen: (asked: Limited) => clientsSeen(parts, asked),
  serversSeen: (asked: Limited) => serversSeen(parts, asked),
  partyCount: (asked: Asked) => partyCount(parts, asked),
  anonymousLogins: (asked: Limited) => anonymousLogins(parts, asked),
  fileKinds: (asked: Limited) => fileKinds(parts, asked),
  topTalkers: (asked: Parameters<typeof topTalkers>[1]) => topTalkers(parts, asked),
  exposureUse: (question: ExposureQuestion) => exposureUse(parts, question),
})
export type LakeQueries = ReturnType<typeof lakeQueries>
