/** An SMTP server: its greeting begins with 220 as FTP's does. */
import { startMail } from './mail.ts'
import type { Place, Running } from './running.ts'

export { needs } from './mail.ts'

export const start = (place: Place = {}): Promise<Running> => startMail('smtp', place)
