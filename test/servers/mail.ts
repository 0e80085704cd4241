/** Mail servers, which greet and talk much as FTP servers do: aiosmtpd, and POP3 and IMAP of Twisted. */
import { join } from 'node:path'
import type { Expected } from './expected.ts'
import { packageVersion, python } from './place.ts'
import { type Place, type Running, startIn } from './running.ts'

export type MailProtocol = 'smtp' | 'pop3' | 'imap'

export const needs = 'any'

export const startMail = (protocol: MailProtocol, place: Place = {}): Promise<Running> =>
  startIn(place, standardPorts[protocol], (_folder, address, port) => ({
    program: python,
    options: [join(import.meta.dirname, 'mail.py'), protocol, address, `${port}`],
    expected: expectations[protocol](),
  }))

const standardPorts: Readonly<Record<MailProtocol, number>> = { smtp: 25, pop3: 110, imap: 143 }

const expectations: Readonly<Record<MailProtocol, () => Expected>> = {
  smtp: () => ({
    protocol: 'smtp',
    product: 'aiosmtpd',
    version: packageVersion('python3-aiosmtpd'),
    names: { product: 'greeting', version: 'greeting' },
    ftp: null,
  }),
  pop3: () => ({
    ...twisted(),
    protocol: 'pop3',
    names: { product: 'nowhere', version: 'nowhere' },
  }),
  imap: () => ({
    ...twisted(),
    protocol: 'imap',
    names: { product: 'greeting', version: 'nowhere' },
  }),
}

const twisted = () => ({
  product: 'Twisted',
  version: packageVersion('python3-twisted'),
  ftp: null,
})
