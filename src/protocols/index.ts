/**
 * The registry: every protocol that is recognised. The order is that of questions: where several protocols may be meant,
 * the first asks first.
 */
import { ftp } from './ftp/protocol.ts'
import type { Protocol } from './protocol.ts'

export const protocols: readonly Protocol[] = [ftp]
