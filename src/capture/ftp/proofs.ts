/** What one turn of a session proves of its server: answers with the lines that show them, for the facts of the service. */
import type { Answer, FtpCheckId } from '../../model/service.ts'
import { writeCommand } from '../../protocols/ftp/command.ts'
import { answered, type Turn } from '../../protocols/ftp/conversation.ts'
import { isAnonymous } from '../../protocols/ftp/login.ts'
import { type Reply, replyText } from '../../protocols/ftp/reply.ts'
import type { Proof } from '../../protocols/ftp/seen-facts.ts'
import type { Session, Waiting } from '../../protocols/ftp/session-state.ts'
import { isSameAddress, isUnspecified } from './endpoints.ts'

/** `user` is who is logged in behind the turn. */
export function provenBy(
  before: Session,
  after: Session,
  turn: Turn,
  user: string | null,
): readonly Proof[] {
  if (turn.kind === 'tls') return tlsProofs(before, after)
  if (turn.kind !== 'reply') return none
  if (before.said.greeting === null && after.said.greeting !== null)
    return [proof('implicit-tls', 'no', 'greets-in-clear', [reply(turn.reply)])]
  if (after.logins.ok > before.logins.ok) return loginProofs(before, after, turn.reply, user)
  if (!telling.has(turn.reply.code)) return none
  const { item } = answered(before.waiting, turn.reply.code)
  return item === undefined ? none : answerProofs(before, after, item, turn.reply, user)
}

const none: readonly Proof[] = []
const telling: ReadonlySet<number> = new Set([200, 226, 227, 250, 257, 350, 500, 502, 504])

function tlsProofs(before: Session, after: Session): readonly Proof[] {
  if (before.tlsSeen || !after.authTls) return none
  const lines = [note('AUTH TLS was accepted, and TLS records follow')]
  return [proof('explicit-tls', 'yes', 'seen', lines)]
}

function loginProofs(
  before: Session,
  after: Session,
  { code }: Reply,
  user: string | null,
): readonly Proof[] {
  if (user === null || after.encrypted !== 'no') return none
  // The text that answers a password is not kept: it may repeat it.
  const lines = [
    out(`USER ${user}`),
    ...(before.logins.open !== null ? [out('PASS ***')] : []),
    { dir: 'in' as const, text: String(code) },
  ]
  const isNobody = isAnonymous(user)
  return [
    proof('tls-required', 'no', 'login-in-clear-seen', lines, user),
    ...(isNobody
      ? [
          proof('anonymous', 'yes', 'seen', lines, user),
          proof('clear-login-anonymous', 'yes', 'seen', lines, user),
        ]
      : [proof('clear-login-accounts', 'yes', 'seen', lines, user)]),
  ]
}

function answerProofs(
  before: Session,
  after: Session,
  item: Waiting,
  answer: Reply,
  user: string | null,
): readonly Proof[] {
  const { code } = answer
  const lines = [out(commandOf(item)), reply(answer)]
  const nobody = user !== null && isAnonymous(user)
  switch (item.verb) {
    case 'AUTH':
      return code >= 500 && /^(?:TLS|SSL)/i.test(item.argument ?? '')
        ? [proof('explicit-tls', 'no', 'refused', lines)]
        : none
    case 'PASV':
      return code === 227 ? passiveProofs(before, after, lines) : none
    case 'STOR':
    case 'APPE':
    case 'STOU':
      return nobody && (code === 226 || code === 250)
        ? [proof('writable', 'yes', 'proved', lines, user)]
        : none
    case 'MKD':
    case 'XMKD':
      return nobody && (code === 257 || code === 250)
        ? [proof('writable', 'yes', 'proved', lines, user)]
        : none
    case 'LIST':
    case 'NLST':
    case 'MLSD':
      return nobody && (code === 226 || code === 250)
        ? [proof('anonymous-list', 'yes', 'seen', lines, user)]
        : none
    case 'SITE':
      return siteProofs(item.argument ?? '', code, lines, user)
    default:
      return none
  }
}

function passiveProofs(before: Session, after: Session, lines: Proof['lines']): readonly Proof[] {
  const announced = after.channels[before.channels.length]?.announced.address
  const own = after.ends.server
  if (announced === undefined || announced === null || own === null) return none
  return isUnspecified(announced) || isSameAddress(announced, own)
    ? [proof('passive-same-address', 'yes', 'seen', lines)]
    : [proof('passive-same-address', 'no', 'seen', lines)]
}

function siteProofs(
  argument: string,
  code: number,
  lines: Proof['lines'],
  user: string | null,
): readonly Proof[] {
  const ok = code === 200 || code === 250
  if (/^\s*CPFR\b/i.test(argument) && code === 350)
    return [proof('site-copy', 'yes', 'seen', lines, user)]
  if (/^\s*EXEC\b/i.test(argument) && ok) return [proof('site-exec', 'yes', 'seen', lines, user)]
  if (/^\s*CHMOD\b/i.test(argument) && ok) return [proof('site-chmod', 'yes', 'seen', lines, user)]
  return none
}

const proof = (
  id: FtpCheckId,
  answer: Answer,
  reason: string,
  lines: Proof['lines'],
  authenticatedAs: string | null = null,
): Proof => ({ id, answer, reason, lines, authenticatedAs })

const maxText = 512
const out = (text: string) => ({ dir: 'out' as const, text: text.slice(0, maxText) })
const note = (text: string) => ({ dir: 'note' as const, text })
const reply = (answer: Reply) => ({
  dir: 'in' as const,
  text: `${answer.code} ${replyText(answer).split('\n', 1)[0] ?? ''}`.slice(0, maxText),
})
const commandOf = ({ verb, argument }: Waiting): string =>
  writeCommand({ verb, argument, redacted: false, faults: [] })
