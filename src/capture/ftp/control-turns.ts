/** What follows from each turn of a control connection: the session, the verdict, and what it tells of the server. */
import { answered, type Turn } from '../../protocols/ftp/conversation.ts'
import {
  type RecognitionState,
  stepRecognition,
  verdictOf,
} from '../../protocols/ftp/recognition.ts'
import { stepSession } from '../../protocols/ftp/session.ts'
import type { Session } from '../../protocols/ftp/session-state.ts'
import { isSecretVerb, isVerb } from '../../protocols/ftp/verbs.ts'
import { type Control, directionsOf } from './control.ts'
import { provenBy } from './proofs.ts'
import { lengthOf } from './slim.ts'
import { isListingVerb } from './transfers.ts'
import { directoryAfter } from './working-directory.ts'

/** What whoever keeps the controls hears of. */
export interface ControlEvents {
  /** A data channel was announced: index in the session. */
  channel(control: Control, index: number, time: number): void
  login(control: Control, outcome: 'ok' | 'failed', time: number): void
  decided(control: Control): void
  kept(control: Control, characters: number): void
}

export function takeTurn(control: Control, turn: Turn, time: number, events: ControlEvents): void {
  const directions = directionsOf(control)
  const { session } = control
  const before =
    session.view.directions === directions
      ? session
      : { ...session, view: { ...session.view, directions } }
  const after = stepSession(before, turn)
  control.session = after
  if (control.recognition !== null) decide(control, control.recognition, turn, events)
  followTls(control, before, turn, time)
  for (let i = before.channels.length; i < after.channels.length; i++)
    events.channel(control, i, time)
  if (after.logins !== before.logins) followLogins(control, before, turn, time, events)
  if (after.reinitialised > before.reinitialised) control.user = null
  followPlace(control, before, turn)
  for (const proof of provenBy(before, after, turn, control.user)) {
    if (control.proofs.get(proof.id)?.answer === proof.answer) continue
    control.proofs.set(proof.id, proof)
    control.news = true
  }
  if (after.said !== before.said || after.features !== before.features) control.news = true
  account(control, before, events)
}

function decide(
  control: Control,
  recognition: RecognitionState,
  turn: Turn,
  events: ControlEvents,
): void {
  const view = control.session.view
  const stepped = stepRecognition({ ...recognition, view }, turn)
  const isNew = stepped.evidence.length > recognition.evidence.length
  const next = isNew && answersSecret(recognition, turn) ? withoutText(stepped) : stepped
  control.recognition = next
  if (!isNew) return
  const found = verdictOf(next)
  control.evidence = found.evidence.map(({ line, weight }) => ({ line, weight }))
  control.verdict = found.verdict
  if (found.verdict === 'undecided') return
  control.recognition = null
  control.otherwise = found.verdict === 'not-ftp' ? found.protocol : null
  events.decided(control)
}

/** Some servers repeat what they were told: neither a password nor a line that was not understood may come back so. */
function answersSecret({ waiting }: RecognitionState, turn: Turn): boolean {
  if (turn.kind !== 'reply') return false
  const { code } = turn.reply
  const verb = answered(waiting, code).item?.verb
  // What a refusal refuses is not known where the command was not seen.
  if (verb === undefined) return code === 530
  return verb === '*' || (isVerb(verb) && isSecretVerb(verb))
}

const withoutText = (state: RecognitionState): RecognitionState => ({
  ...state,
  evidence: state.evidence.map((one, i) =>
    i < state.evidence.length - 1
      ? one
      : { ...one, line: `${one.line.slice(0, 3)} (text not kept: it may repeat a password)` },
  ),
})

function followTls(control: Control, before: Session, turn: Turn, time: number): void {
  const { opaqueFrom, tlsSeen } = control.session
  if (opaqueFrom === null) control.opaqueAt = null
  else if (before.opaqueFrom === null || (turn.kind === 'tls' && tlsSeen && !before.tlsSeen))
    control.opaqueAt = time
}

function followLogins(
  control: Control,
  { logins: before }: Session,
  turn: Turn,
  time: number,
  events: ControlEvents,
): void {
  const { logins } = control.session
  if (turn.kind !== 'reply') return
  for (let i = before.failed; i < logins.failed; i++) events.login(control, 'failed', time)
  if (logins.ok === before.ok) return
  const [alone] = logins.users.length === 1 ? logins.users : []
  control.user = before.open?.user ?? alone ?? null
  events.login(control, 'ok', time)
}

/** Where the user stands, and who asked for which listing from there. */
function followPlace(control: Control, { waiting }: Session, turn: Turn): void {
  if (turn.kind !== 'reply' || turn.reply.code >= 300) return
  const { item } = answered(waiting, turn.reply.code)
  if (item === undefined) return
  if (item.transfer === null)
    control.directory = directoryAfter(control.directory, item, turn.reply)
  else if (isListingVerb(item.verb)) {
    // All that was asked before it is answered by now.
    const { user, directory } = control
    if (!control.asked.has(item.transfer)) control.asked.set(item.transfer, { user, directory })
    if (control.listings.length > 0) control.news = true
  }
}

/** Growth of what has no small bound of its own. */
function account(control: Control, before: Session, events: ControlEvents): void {
  const { session } = control
  let grown = 0
  if (session.transfers.length > before.transfers.length)
    grown += 400 + (session.transfers.at(-1)?.argument?.length ?? 0)
  if (session.channels.length > before.channels.length) grown += 400
  if (session.logins.users.length > before.logins.users.length) grown += 256
  if (session.said !== before.said) grown += lengthOf(session.said.others.at(-1))
  if (grown === 0) return
  control.text += grown
  events.kept(control, grown)
}
