/** AUTH TLS (RFC 4217 §4): offered only where the handshake was made; a 234 alone is a promise. */
import type { TlsOptions } from '../connection.ts'
import type { Conversation } from './conversation.ts'
import type { Visit } from './visit.ts'

/** Null: go on with the handshake. `no` is a refusal for good, `unknown` any other. */
export function upgradeRefusal(code: number): readonly ['no' | 'unknown', string] | null {
  if (code === 234 || code === 334) return code === 234 ? null : ['unknown', 'asks-for-more']
  // 431: no certificate at the moment; 503: not now; 421 and silence tell nothing of AUTH.
  if (code < 500 || code === 503) return ['unknown', code === 0 ? 'no-reply' : 'not-now']
  return ['no', 'refused']
}

/** True when TLS is on. Answers `explicit-tls`. */
export async function upgrade(
  visit: Visit,
  control: Conversation,
  maxVersion: TlsOptions['maxVersion'] = 'TLSv1.3',
): Promise<boolean> {
  const give = visit.answers.give
  let asked = await visit.ask(control, 'AUTH TLS')
  let lines = asked.lines
  // Servers of before RFC 4217 know the mechanism as SSL alone.
  if (asked.code === 504 && control.ended === null) {
    asked = await visit.ask(control, 'AUTH SSL')
    lines = [...lines, ...asked.lines]
  }
  const refusal = upgradeRefusal(asked.code)
  if (refusal) {
    give('explicit-tls', refusal[0], refusal[1], lines)
    return false
  }
  const started = await visit.secure(control, maxVersion)
  visit.settle(control)
  const note = visit.transcript.lines.length
  if (started.kind === 'failed') {
    give('explicit-tls', 'unknown', 'handshake-failed', [...lines, note])
    return false
  }
  give('explicit-tls', 'yes', 'handshake-completed', [...lines, note])
  return true
}
