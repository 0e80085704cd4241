/** A POP3 server: it knows USER and PASS as FTP does. */
import { startMail } from './mail.ts'
import type { Place, Running } from './running.ts'

export { needs } from './mail.ts'

export const start = (place: Place = {}): Promise<Running> => startMail('pop3', place)
