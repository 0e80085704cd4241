/** An IMAP server. */
import { startMail } from './mail.ts'
import type { Place, Running } from './running.ts'

export { needs } from './mail.ts'

export const start = (place: Place = {}): Promise<Running> => startMail('imap', place)
