/** Point 2: the certificate that was shown. Whose signature it bears is not asked: no list of authorities is everybody's. */
import type { TlsFacts } from '../../../model/service.ts'
import type { Visit } from '../visit.ts'
import type { Point } from './point.ts'

export const certificate: Point = {
  title: 'Certificate',
  answers: ['certificate-valid', 'certificate-name'],
  stage: 'conclusion',
  run(visit) {
    const { tls, options } = visit
    if (!tls) {
      for (const id of certificate.answers) visit.answers.give(id, 'unknown', 'no-tls-session')
      return
    }
    const lines = handshakeLines(visit)
    const [answer, reason] = judgeCertificate(tls, options.now)
    visit.answers.give('certificate-valid', answer, reason, lines)
    const reasons = { yes: 'named', no: 'not-named', unknown: 'not-judged' }
    visit.answers.give('certificate-name', tls.nameMatches, reasons[tls.nameMatches], lines)
  },
}

export const handshakeLines = ({ transcript }: Visit): readonly number[] =>
  transcript.lines
    .filter(({ dir, text }) => dir === 'note' && text.startsWith('TLS: '))
    .slice(0, 1)
    .map(({ n }) => n)

/** In its dates, signed by another, and a key that CA/Browser Forum and NIST SP 800-131A still allow. */
export function judgeCertificate(
  facts: TlsFacts,
  now: number,
): readonly ['yes' | 'no' | 'unknown', string] {
  if (facts.notBefore === null || facts.notAfter === null) return ['unknown', 'not-readable']
  if (Date.parse(facts.notAfter) < now) return ['no', 'expired']
  if (Date.parse(facts.notBefore) > now) return ['no', 'not-yet-valid']
  if (facts.selfSigned === true) return ['no', 'self-signed']
  if (isWeakKey(facts)) return ['no', 'weak-key']
  if (/md5|sha-?1(?!\d)/i.test(facts.signatureAlgorithm ?? '')) return ['no', 'weak-signature']
  return facts.selfSigned === null || facts.keyBits === null
    ? ['unknown', 'not-readable']
    : ['yes', 'in-date']
}

const isWeakKey = ({ keyType, keyBits }: TlsFacts): boolean =>
  keyBits !== null && keyBits < (/^(?:ec|ed|x)/i.test(keyType ?? '') ? 224 : 2048)
