/** One assessment under way: what may still be done, what was said, what was found. Points read it and add to it. */
import type { Ending, FtpCheckId, TlsFacts } from '../../model/service.ts'
import type { Turn } from '../../protocols/ftp/conversation.ts'
import { type Features, hasFeature, parseFeatures } from '../../protocols/ftp/features.ts'
import {
  type RecognitionState,
  recognitionStart,
  stepRecognition,
  verdictOf,
} from '../../protocols/ftp/recognition.ts'
import type { Reply } from '../../protocols/ftp/reply.ts'
import { nothingSaid, type Said } from '../../protocols/ftp/software.ts'
import type { Connection, Reach, TlsOptions, TlsStarted } from '../connection.ts'
import { type Answers, startAnswers } from './answers.ts'
import { Conversation, type Exchange, type Setting, tlsNote } from './conversation.ts'
import { type FtpAssessmentOptions, maxControlConnections, type Opened } from './options.ts'
import { checksOf } from './selection.ts'
import { startTranscript, type Transcript } from './transcript.ts'
import type { Walk } from './walk.ts'

const endMilliseconds = 150

export class Visit {
  readonly reach: Reach
  readonly port: number
  readonly options: FtpAssessmentOptions
  readonly transcript: Transcript = startTranscript()
  readonly answers: Answers = startAnswers()
  readonly deadline: number
  /** Everything ends here: no further connection, no further command. */
  stopped: Ending | null = null
  /** The first ending that nobody wanted and that stopped nothing. */
  disturbed: Ending | null = null
  tls: TlsFacts | null = null
  said: Said = nothingSaid
  features: Features | null = null
  /** The last walk; null while nobody could list. */
  walk: Walk | null = null
  /** Readable paths; null while nobody could look. */
  writableDirectories: readonly string[] | null = null
  readonly cleanUp: { path: string; removed: boolean }[] = []
  #recognition: RecognitionState = recognitionStart({ directions: 'both', startSeen: true })
  #connections = 0
  #ordinal = 0
  #answeredBefore = false
  readonly #conversations: Conversation[] = []

  readonly #wanted: ReadonlySet<FtpCheckId>

  constructor(reach: Reach, port: number, options: FtpAssessmentOptions) {
    this.reach = reach
    this.port = port
    this.options = options
    this.#wanted = checksOf(options.points ?? null)
    this.deadline = reach.clock() + options.timeouts.total
  }

  /** The newest connection. */
  get ordinal(): number {
    return this.#ordinal
  }

  get verdict() {
    return verdictOf(this.#recognition)
  }

  /** Control connections that may still be made. */
  get connectionsLeft(): number {
    return maxControlConnections - this.#connections
  }

  /** Why no further connection may be made, or null. */
  get refusal(): string | null {
    if (this.stopped !== null) return this.stopped
    if (this.reach.clock() >= this.deadline) return 'too-slow'
    return this.connectionsLeft <= 0 ? 'connection-limit' : null
  }

  get ended(): Ending {
    const late = this.reach.clock() >= this.deadline ? 'too-slow' : null
    return this.stopped ?? late ?? this.disturbed ?? 'completed'
  }

  /** Any of these is among what was asked for. */
  wants(ids: Iterable<FtpCheckId>): boolean {
    for (const id of ids) if (this.#wanted.has(id)) return true
    return false
  }

  /** Takes over a connection on which others spoke, with their words. */
  async adopt({ connection, exchanges, tls }: Opened): Promise<Conversation> {
    const control = this.#conversation(connection)
    if (tls) {
      control.secured = true
      this.tls = tls
      this.transcript.note(control.ordinal, tlsNote(tls))
    }
    let owed: Uint8Array | null | undefined
    for (const { sent, bytes } of exchanges) {
      const heard = control.replay(sent, bytes)
      for (const { reply } of heard) if (reply) this.remember(sent, reply)
      owed = heard.length === 0 || control.isInReply ? sent : undefined
    }
    // Who led the talk may have seen enough in half a reply: the rest of it is still to come.
    if (exchanges.length === 0 || owed !== undefined) {
      const { reply } = await control.close([])
      if (reply) this.remember(owed ?? null, reply)
    }
    return this.#settled(control)
  }

  /** A new control connection, greeted; null when there may be none or none came. */
  async connect(maxVersion: TlsOptions['maxVersion'] = 'TLSv1.3'): Promise<Conversation | null> {
    if (this.refusal !== null) {
      if (this.refusal === 'too-slow') this.stop('too-slow')
      return null
    }
    const left = this.deadline - this.reach.clock()
    const dialled = await this.reach.dial(
      this.port,
      Math.min(this.options.timeouts.connect, Math.max(left, 1)),
    )
    if (dialled.kind === 'failed') {
      this.#connections++
      this.transcript.note(++this.#ordinal, `not connected: ${dialled.ending}`)
      const local = dialled.ending === 'cancelled' || dialled.ending === 'local-error'
      this.stop(this.#answeredBefore && !local ? 'banned' : dialled.ending)
      return null
    }
    const control = this.#conversation(dialled.connection)
    if (this.options.implicit && (await this.secure(control, maxVersion)).kind === 'failed') {
      this.#settled(control, 'tls-failed')
      return null
    }
    const greeting = await control.close([])
    if (greeting.reply && this.said.greeting === null)
      this.said = { ...this.said, greeting: greeting.reply }
    this.#settled(control)
    return control.ended === null ? control : null
  }

  /** Sends a command there and judges how it ended. */
  async ask(control: Conversation, wire: string): Promise<Exchange> {
    const exchange = await control.ask(wire)
    if (exchange.reply) this.remember(wire, exchange.reply)
    this.#settled(control)
    return exchange
  }

  /** Whether one may go on there: the end of a connection often arrives a moment behind a refusal. */
  async stands(control: Conversation): Promise<boolean> {
    if (control.ended === null && control.lastCode >= 400) await control.overhear(endMilliseconds)
    this.#settled(control)
    return control.ended === null
  }

  /** Keeps what tells the product. */
  remember(sent: Uint8Array | string | null, reply: Reply): void {
    const wire = sent instanceof Uint8Array ? new TextDecoder('latin1').decode(sent) : sent
    const line = wire?.trim().toUpperCase() ?? null
    const { said } = this
    if (line === null) this.said = { ...said, greeting: said.greeting ?? reply }
    else if (line === 'FEAT') {
      this.said = { ...said, feat: reply }
      this.features = parseFeatures(reply) ?? this.features
    } else if (line === 'SYST') this.said = { ...said, syst: reply }
    else if (line === 'HELP') this.said = { ...said, help: reply }
    else if (said.others.length < 64) this.said = { ...said, others: [...said.others, reply] }
  }

  async secure(
    control: Conversation,
    maxVersion: TlsOptions['maxVersion'] = 'TLSv1.3',
  ): Promise<TlsStarted> {
    const { connect, reply } = this.options.timeouts
    const started = await control.secure({
      name: this.options.hostname,
      resume: null,
      maxVersion,
      milliseconds: connect + reply,
    })
    if (started.kind === 'secure') this.tls ??= started.facts
    return started
  }

  hasFeature(name: string): boolean {
    return this.features !== null && hasFeature(this.features, name)
  }

  /** The first reason to stop counts. */
  stop(ending: Ending): void {
    this.stopped ??= ending
  }

  /** Nothing stays open. */
  closeAll(): void {
    for (const control of this.#conversations) control.connection.close()
  }

  /** Draws the conclusion of how a conversation ended, if it did. */
  settle(control: Conversation): void {
    this.#settled(control)
  }

  /** A connection that counts elsewhere, with its words in the transcript. */
  aside(connection: Connection): Conversation {
    return this.#begin(connection)
  }

  #conversation(connection: Connection): Conversation {
    this.#connections++
    return this.#begin(connection)
  }

  #begin(connection: Connection): Conversation {
    this.#ordinal++
    this.#recognition = {
      ...recognitionStart({ directions: 'both', startSeen: true }),
      evidence: this.#recognition.evidence,
    }
    const { transcript, deadline, reach, options } = this
    const setting: Setting = {
      transcript,
      deadline,
      clock: () => reach.clock(),
      replyMilliseconds: options.timeouts.reply,
      secret: options.credentials?.password ?? null,
      onTurn: (turn: Turn) => {
        this.#recognition = stepRecognition(this.#recognition, turn)
      },
    }
    const control = new Conversation(connection, this.#ordinal, setting)
    this.#conversations.push(control)
    return control
  }

  #settled(control: Conversation, ended: Ending | null = control.ended): Conversation {
    if (ended !== null && ended !== 'completed') this.#conclude(control, ended)
    this.#answeredBefore ||= control.heardAny
    return control
  }

  #conclude(control: Conversation, ended: Ending): void {
    const answered = this.#answeredBefore || control.heardAny
    switch (ended) {
      case 'closed-by-server':
      case 'reset':
        // Without a word to a second connection is a ban; in the middle of one, servers have many reasons.
        if (!control.heardAny && this.#answeredBefore) this.stop('banned')
        else if (!control.heardAny) this.stop(ended)
        // A refusal is often the last word of a connection.
        else if (ended !== 'closed-by-server' || control.lastCode < 400) this.disturbed ??= ended
        return
      case 'silent':
        this.stop(answered ? 'banned' : 'silent')
        return
      case 'tls-failed':
        // The handshake after AUTH may fail for want of a common version; where TLS comes first there is nothing else.
        if (this.options.implicit) this.stop(answered ? 'banned' : ended)
        else this.disturbed ??= ended
        return
      default:
        this.stop(ended)
    }
  }
}
