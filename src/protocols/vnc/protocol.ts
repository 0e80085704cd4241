/** VNC: the Remote Framebuffer protocol (RFC 6143). The security types come once our version is said. */
import { wireOf } from '../ftp/wire.ts'
import type { Heard, Outcome, Protocol } from '../protocol.ts'
import { answers, ask, exchangesOf, is, more, not, textOf } from '../text.ts'
import { findVncProduct, nameOf, readSecurity, type Security } from './security.ts'

export const vnc: Protocol = {
  id: 'vnc',
  title: 'VNC',
  ports: [5900, 5901, 5902],
  probe: null,
  hear(heard) {
    const { text, ended } = textOf(heard)
    const earlier = heard.sent === null ? undefined : earlierVersion(heard)
    if (earlier !== undefined) return judgeAnswer(heard, earlier, ended)
    if (version.test(text)) {
      const said = text.slice(0, versionLength)
      // In answer to what another asked, it has taken that for our version.
      return ended || heard.sent !== null ? found(said, undefined) : ask(answerTo(said))
    }
    return !ended && isBeginning(text) ? more : not
  },
}

const versionLength = 12

const version = /^RFB \d{3}\.\d{3}\n/

const isBeginning = (text: string): boolean =>
  text.length < versionLength && version.test(text + 'RFB 000.000\n'.slice(text.length))

/**
 * The highest version that we know and the server has (§7.1.1). 3.7 and 3.8 list types, 3.3 decides; what is neither
 * (Apple's 3.889, RealVNC's 4 and 5) takes 3.8.
 */
function answerTo(said: string): string {
  const number = numberOf(said)
  if (number >= 3008) return 'RFB 003.008\n'
  return number === 3007 ? 'RFB 003.007\n' : 'RFB 003.003\n'
}

/** 3008 of `RFB 003.008`. */
const numberOf = (said: string): number =>
  Number(said.slice(4, 7)) * 1000 + Number(said.slice(8, 11))

function earlierVersion(heard: Heard): string | undefined {
  const first = exchangesOf(heard).find(({ sent }) => sent === null)
  const text = first && first !== heard ? wireOf(first.bytes.subarray(0, versionLength)) : ''
  return version.test(text) ? text : undefined
}

function judgeAnswer(heard: Heard, said: string, ended: boolean): Outcome {
  const answer = answerTo(said)
  if (!answers(heard, answer)) return found(said, undefined)
  const security = readSecurity(heard.bytes, answer === 'RFB 003.003\n' ? 'decided' : 'listed')
  if (security !== 'more') return found(said, security)
  return ended ? found(said, undefined) : more
}

function found(said: string, security: Security | undefined): Outcome {
  const number = numberOf(said)
  const types = security?.types ?? []
  const login = types.includes(1) ? 'none needed' : 'needed'
  return is({
    protocol: 'vnc',
    line: said.trimEnd(),
    product: findVncProduct(number, types),
    banner: said.trimEnd(),
    details: [
      ['protocol version', `${Math.floor(number / 1000)}.${number % 1000}`],
      ['security types', types.map(nameOf).join(', ')],
      ['login', types.length === 0 ? null : login],
      ['refusal', security?.refusal],
    ],
  })
}
