/**
 * A server with the weakness of CVE-2011-0411 and its kin: what came in clear behind AUTH TLS, in the same segment, is
 * taken for a command of the protected session.
 */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificate } from '../servers/certificates.ts'
import { type Hostile, type HostilePlace, startHostile } from './listening.ts'

/** `behind`: what becomes of the bytes behind AUTH; a sound server drops them. */
export function injectable(
  certificate: Certificate,
  behind: 'kept' | 'dropped' = 'kept',
  place: HostilePlace = {},
): Promise<Hostile> {
  const key = readFileSync(certificate.keyFile)
  const cert = readFileSync(certificate.certificateFile)
  return startHostile(place, (socket) => {
    socket.write('220 FTP server ready.\r\n')
    converse(socket, '', (rest) => {
      const secured = new TLSSocket(socket, { isServer: true, key, cert })
      secured.on('error', () => socket.destroy())
      secured.on('secure', () => converse(secured, behind === 'kept' ? rest : '', null))
    })
  })
}

const replies: Readonly<Record<string, string>> = {
  USER: '331 Password required.',
  PASS: '530 Login incorrect.',
  SYST: '215 UNIX Type: L8',
  FEAT: '211-Features:\r\n AUTH TLS\r\n PBSZ\r\n PROT\r\n211 End',
  NOOP: '200 Fine.',
  PBSZ: '200 PBSZ=0',
  PROT: '200 Protected.',
}

/** Answers lines, beginning with those in `pending`; AUTH hands the socket on with what stood behind it. */
function converse(socket: Socket, pending: string, secure: ((rest: string) => void) | null): void {
  let text = pending
  const answer = (chunk: Buffer | null) => {
    text += chunk?.toString('latin1') ?? ''
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const verb = text.slice(0, end).trim().split(' ')[0]?.toUpperCase() ?? ''
      text = text.slice(end + 1)
      if (verb === 'AUTH' && secure !== null) {
        socket.off('data', answer)
        socket.write('234 Go ahead.\r\n', () => secure(text))
        return
      }
      if (verb === 'QUIT') {
        socket.end('221 Goodbye.\r\n')
        return
      }
      socket.write(`${replies[verb] ?? '502 Not implemented.'}\r\n`)
    }
  }
  socket.on('data', answer)
  answer(null)
}
