/** What a server's reply changes in a session. */
import { answered } from './conversation.ts'
import { hasFeature, parseFeatures } from './features.ts'
import { stepLogins, userOf } from './login.ts'
import type { Reply } from './reply.ts'
import { passive, refused, transferred } from './session-data.ts'
import { type Session, sessionLimits, type Waiting } from './session-state.ts'
import { isTransferVerb } from './verbs.ts'

export function stepSessionReply(session: Session, reply: Reply): Session {
  const { code } = reply
  const isFirst = !session.replySeen
  const next = { ...session, replySeen: true }
  if (isFirst && session.view.startSeen && (code === 120 || code === 220 || code >= 400))
    return code === 120 ? next : closed({ ...next, said: { ...next.said, greeting: reply } }, code)
  const { item, queue } = answered(session.waiting, code)
  return closed(applied({ ...remembered(next, reply, item), waiting: queue }, reply, item), code)
}

function applied(session: Session, reply: Reply, item: Waiting | undefined): Session {
  const { code } = reply
  const ok = code >= 200 && code < 300
  const verb = item?.verb ?? (session.commandSeen ? undefined : verbOfCode(code))
  if (verb !== undefined && isTransferVerb(verb)) return transferred(session, reply, item)
  switch (verb) {
    case 'USER':
    case 'PASS':
    case 'ACCT':
      // A refusal alone, without the client's side, may be of anything: 530 refuses every command before a login.
      if (!item && code >= 400 && !session.logins.open) return session
      return { ...session, logins: stepLogins(session.logins, code, whoOf(verb, item)) }
    case 'PASV':
    case 'EPSV':
    case 'CPSV':
    case 'SPSV':
      return passive(session, reply, item)
    case 'PORT':
    case 'EPRT':
      return code >= 400 ? refused(session, item) : session
    case 'AUTH':
      return authenticated(session, code, item)
    case 'FEAT': {
      const features = parseFeatures(reply)
      if (!features) return session
      const authOffered = hasFeature(features, 'AUTH') || session.authTls ? 'yes' : 'no'
      return { ...session, features, authOffered }
    }
    case 'TYPE':
      return ok ? { ...session, type: letterOf(item) ?? session.type } : session
    case 'PROT':
      return ok ? { ...session, protection: letterOf(item) ?? session.protection } : session
    case 'REST':
      return code === 350 ? { ...session, restart: offsetOf(item) } : session
    case 'REIN':
      return ok ? reinitialised(session) : session
    case 'QUIT':
      return { ...session, ended: 'quit' }
    default:
      return session
  }
}

/** Where only the server's side was captured, codes that belong to one verb stand for it. */
const verbOfCode = (code: number): Waiting['verb'] | undefined => verbsOfCodes[code]
const verbsOfCodes: Readonly<Record<number, Waiting['verb']>> = {
  125: 'RETR',
  150: 'RETR',
  226: 'RETR',
  425: 'RETR',
  426: 'RETR',
  211: 'FEAT',
  221: 'QUIT',
  227: 'PASV',
  229: 'EPSV',
  230: 'PASS',
  232: 'PASS',
  234: 'AUTH',
  331: 'USER',
  332: 'USER',
  530: 'PASS',
}

/** PASS and ACCT go on with the sequence under way; a USER that was not seen has no name. */
const whoOf = (
  verb: 'USER' | 'PASS' | 'ACCT',
  item: Waiting | undefined,
): string | null | undefined =>
  verb !== 'USER' ? undefined : item?.argument ? userOf(item.argument) : null

function authenticated(session: Session, code: number, item: Waiting | undefined): Session {
  const isTls = item === undefined || /^(?:TLS|SSL)/i.test(item.argument ?? '')
  if (code === 234 && isTls)
    return {
      ...session,
      authTls: true,
      authOffered: 'yes',
      encrypted: 'from-auth',
      opaqueFrom: session.turns,
    }
  if (code >= 200 && code < 400) return { ...session, authOffered: 'yes' }
  return code >= 500 && session.authOffered === 'unknown'
    ? { ...session, authOffered: 'no' }
    : session
}

/** REIN (RFC 959 §4.1.1) takes all back but what was seen. */
const reinitialised = (session: Session): Session => ({
  ...session,
  reinitialised: session.reinitialised + 1,
  logins: { ...session.logins, open: null },
  type: null,
  restart: 0,
  epsvAll: false,
  protection: null,
  pending: null,
})

const closed = (session: Session, code: number): Session =>
  code === 421 ? { ...session, ended: session.ended ?? 'closed-by-server' } : session

const letterOf = (item: Waiting | undefined): string | undefined =>
  /^\s*([A-Za-z])/.exec(item?.argument ?? '')?.[1]?.toUpperCase()

function offsetOf(item: Waiting | undefined): number {
  const offset = Number(/^\s*(\d{1,16})\s*$/.exec(item?.argument ?? '')?.[1] ?? 0)
  return Number.isSafeInteger(offset) ? offset : 0
}

/** What tells the product: SYST, FEAT, HELP, and at most two replies of each other code. */
function remembered(session: Session, reply: Reply, item: Waiting | undefined): Session {
  const { said } = session
  if (item?.verb === 'SYST' || reply.code === 215)
    return { ...session, said: { ...said, syst: reply } }
  if (item?.verb === 'FEAT') return { ...session, said: { ...said, feat: reply } }
  if (item?.verb === 'HELP') return { ...session, said: { ...said, help: reply } }
  // What is not understood is echoed, and may be a password that missed its prompt.
  if (item?.verb === '*') return session
  const { others } = said
  const isNew =
    others.length < sessionLimits.others &&
    others.filter(({ code }) => code === reply.code).length < 2
  return isNew ? { ...session, said: { ...said, others: [...others, reply] } } : session
}
