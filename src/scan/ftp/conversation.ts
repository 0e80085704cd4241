/**
 * One control connection: a command out, its reply in, within limits of length and time, every line numbered. An ending is a
 * value that stays: after it, nothing more is said here.
 */
import type { Ending, TlsFacts } from '../../model/service.ts'
import { parseCommand } from '../../protocols/ftp/command.ts'
import { type Turn, turnOf } from '../../protocols/ftp/conversation.ts'
import { demandsTls } from '../../protocols/ftp/demand.ts'
import {
  behindReply,
  lastReply,
  type MalformedReason,
  type Reply,
  replyStart,
  stepReply,
  writeReply,
} from '../../protocols/ftp/reply.ts'
import { bytesOf, encodeWire, wireOf } from '../../protocols/ftp/wire.ts'
import type { Connection, TlsOptions, TlsStarted } from '../connection.ts'
import { assessmentLimits } from './options.ts'
import type { Transcript } from './transcript.ts'

export interface Setting {
  readonly transcript: Transcript
  clock(): number
  /** On the same clock: when all is over. */
  readonly deadline: number
  /** Milliseconds for one whole reply. */
  readonly replyMilliseconds: number
  /** Something that the server may repeat and nobody may read. */
  readonly secret: string | null
  onTurn(turn: Turn): void
}

export type Heard =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly line: number }
  | { readonly kind: 'ended'; readonly ending: Ending; readonly line: number }

export interface Exchange {
  /** Null when the connection ended instead. */
  readonly reply: Reply | null
  /** 0 when there is none. */
  readonly code: number
  /** Transcript lines of the command and of what came. */
  readonly lines: readonly number[]
  /** From the command to the end of the reply. */
  readonly milliseconds: number
}

const endMilliseconds = 200
/** For a reply that is coming when the wait for one is over. */
const breathMilliseconds = 100

export class Conversation {
  readonly ordinal: number
  readonly connection: Connection
  /** Null while it can go on. */
  ended: Ending | null = null
  /** TLS is on. */
  secured = false
  /** Of the TLS session that runs, where we chose to bound it. */
  maxVersion: TlsOptions['maxVersion'] = 'TLSv1.3'
  /** Of the newest reply; 0 before any. */
  lastCode = 0
  /** Any reply was heard here. */
  heardAny = false
  readonly #setting: Setting
  #state = replyStart
  #stray = 0
  #afterSecret = false
  /** Received and not yet looked at. */
  #kept = ''

  constructor(connection: Connection, ordinal: number, setting: Setting) {
    this.connection = connection
    this.ordinal = ordinal
    this.#setting = setting
  }

  /** Sends one line (wire text, without its end) and waits for the reply that is not preliminary (1xx). */
  async ask(wire: string): Promise<Exchange> {
    const first = await this.open(wire)
    return first.code >= 100 && first.code < 200 ? this.#final(first) : first
  }

  /** The same, content with a preliminary reply: what opens a data connection. */
  async open(wire: string): Promise<Exchange> {
    await this.#drain()
    const started = this.#setting.clock()
    const sent = await this.say(wire)
    return this.#heard(await this.hear(), [sent], started)
  }

  /** The final reply of a transfer. */
  async close(lines: readonly number[]): Promise<Exchange> {
    return this.#final({ reply: null, code: 0, lines, milliseconds: 0 })
  }

  /** Sends a line and returns the number of its transcript line. */
  async say(wire: string): Promise<number> {
    return this.sayAll([wire])
  }

  /** Several lines in one segment. */
  async sayAll(wires: readonly string[]): Promise<number> {
    if (this.ended !== null) return 0
    const { transcript, onTurn } = this.#setting
    const numbers = wires.map((wire) => transcript.sent(this.ordinal, wire))
    for (const wire of wires) onTurn({ kind: 'command', command: parseCommand(wire) })
    this.#afterSecret = wires.some((wire) => /^(?:PASS|ACCT)\b/i.test(wire))
    // The byte 255 is a letter of a name here, and a command to the Telnet layer (RFC 854) unless doubled.
    const text = wires.map((wire) => `${wire.replaceAll('\u00ff', '\u00ff\u00ff')}\r\n`).join('')
    const done = await this.connection.send(bytesOf(text))
    // What was said before the end may still be read.
    if (done.kind === 'ended' && done.ending !== 'closed-by-server') this.end(done.ending)
    return numbers[0] ?? 0
  }

  /** The next reply; what is no reply is written down and passed over, so often. */
  async hear(milliseconds: number = this.#setting.replyMilliseconds): Promise<Heard> {
    const { clock, deadline } = this.#setting
    const wanted = clock() + milliseconds
    const until = Math.min(wanted, deadline)
    if (this.ended !== null) return { kind: 'ended', ending: this.ended, line: 0 }
    const strayBefore = this.#stray
    let came = false
    for (let chunk = ''; ; ) {
      const heard = this.#step(chunk)
      if (heard) return heard
      const left = until - clock()
      const received =
        left > 0 ? await this.connection.receive(left) : ({ kind: 'silence' } as const)
      switch (received.kind) {
        case 'bytes':
          came = true
          chunk = wireOf(received.bytes)
          break
        case 'ended':
          return this.#last(received.ending)
        case 'silence':
          return this.#over(
            until < wanted ? 'too-slow' : this.#quiet(came, this.#stray > strayBefore),
          )
      }
    }
  }

  /** A reply that comes unasked within so many milliseconds, else null; silence ends nothing. */
  async overhear(milliseconds: number): Promise<Heard | null> {
    const { clock, deadline } = this.#setting
    const until = Math.min(clock() + milliseconds, deadline)
    for (let chunk = ''; this.ended === null; ) {
      const heard = this.#step(chunk)
      if (heard) return heard
      const left = until - clock()
      // Bytes that are no reply and never pause must not hold us here.
      if (left < -breathMilliseconds) return null
      const received = await this.connection.receive(Math.max(0, left))
      if (received.kind === 'silence') return null
      if (received.kind === 'ended') return this.#last(received.ending)
      chunk = wireOf(received.bytes)
    }
    return null
  }

  /** What was received elsewhere: an exchange that somebody else led on this connection. */
  replay(sent: Uint8Array | null, bytes: Uint8Array): readonly Exchange[] {
    const { transcript, onTurn } = this.#setting
    const wire = sent === null ? null : wireOf(sent).replace(/\r?\n$/, '')
    const numbers = wire === null ? [] : [transcript.sent(this.ordinal, wire)]
    if (wire !== null) onTurn({ kind: 'command', command: parseCommand(wire) })
    const exchanges: Exchange[] = []
    for (let chunk = wireOf(bytes); ; chunk = '') {
      const heard = this.#step(chunk)
      if (!heard) return exchanges
      exchanges.push(this.#heard(heard, numbers, this.#setting.clock()))
      if (heard.kind === 'ended') return exchanges
    }
  }

  /** TLS from here on. Bytes that stand unread behind the last reply are dropped: they came in clear. */
  async secure(options: TlsOptions): Promise<TlsStarted> {
    const { clock, deadline, transcript, onTurn } = this.#setting
    this.#state = replyStart
    this.#kept = ''
    const milliseconds = Math.max(1, Math.min(options.milliseconds, deadline - clock()))
    const started = await this.connection.startTls({ ...options, milliseconds })
    if (started.kind === 'secure') {
      this.secured = true
      this.maxVersion = options.maxVersion
      transcript.note(this.ordinal, tlsNote(started.facts))
      onTurn({ kind: 'tls', from: 'server' })
    } else {
      transcript.note(this.ordinal, `TLS failed: ${started.reason}`)
      this.end('tls-failed')
    }
    return started
  }

  /** Something comes within so many milliseconds; it is kept for whoever hears next. */
  async isAnswered(milliseconds: number): Promise<boolean> {
    if (this.ended !== null) return true
    const received = await this.connection.receive(milliseconds)
    if (received.kind === 'bytes') this.#kept += wireOf(received.bytes)
    return received.kind !== 'silence'
  }

  /** A reply has begun and not ended. */
  get isInReply(): boolean {
    const { open, input } = this.#state
    return open !== null || input.line !== ''
  }

  /** Wire text that stands unread behind the last reply. */
  get behind(): string {
    return behindReply(this.#state)
  }

  /** QUIT, where it can still be said. */
  async leave(): Promise<void> {
    if (this.ended === null) {
      await this.say('QUIT')
      await this.hear(Math.min(this.#setting.replyMilliseconds, 1000))
      // The server's end is waited for, so that it does not count this connection beside the next one.
      await this.overhear(endMilliseconds)
      this.end('completed')
    }
    this.connection.close()
  }

  /** The first ending stays. */
  end(ending: Ending): void {
    this.ended ??= ending
    this.connection.close()
  }

  /** Replies that nobody asked for, such as a second greeting, would be taken for the answer to what comes next. */
  async #drain(): Promise<void> {
    for (let times = 0; times < 8 && this.ended === null; times++)
      if ((await this.overhear(0)) === null) return
  }

  async #final(first: Exchange): Promise<Exchange> {
    const { clock } = this.#setting
    const started = clock() - first.milliseconds
    let exchange = first
    // One 1xx a command is the rule (RFC 959 §4.2); a server that never ends them is not waited for.
    for (let turns = 0; turns < 3; turns++) {
      exchange = this.#heard(await this.hear(), exchange.lines, started)
      if (exchange.code < 100 || exchange.code >= 200) return exchange
    }
    this.end('not-understood')
    return { ...exchange, reply: null, code: 0 }
  }

  #heard(heard: Heard, lines: readonly number[], started: number): Exchange {
    const reply = heard.kind === 'reply' ? heard.reply : null
    const milliseconds = this.#setting.clock() - started
    return { reply, code: reply?.code ?? 0, lines: [...lines, heard.line], milliseconds }
  }

  #step(chunk: string): Heard | null {
    const { transcript, onTurn } = this.#setting
    const all = this.#kept + chunk
    this.#kept = ''
    for (let given = all; ; given = '') {
      const step = stepReply(this.#state, given)
      this.#state = step.state
      if (step.kind === 'more') return null
      if (step.kind === 'reply') return this.#reply(step.reply)
      const line = this.#scrubbed(step.line)
      onTurn(turnOf({ ...step, line }))
      transcript.stray(this.ordinal, line)
      const ending = endingOf[step.reason]
      if (ending !== null || ++this.#stray > assessmentLimits.strayLines)
        return this.#over(ending ?? 'not-understood')
    }
  }

  #reply(said: Reply): Heard {
    const reply = { ...said, lines: said.lines.map((line) => this.#scrubbed(line)) }
    const line = this.#setting.transcript.reply(this.ordinal, reply)
    this.#setting.onTurn({ kind: 'reply', reply })
    this.heardAny = true
    this.lastCode = reply.code
    // 421 closes the connection (RFC 959 §4.2.2); where it is not for want of TLS, we are not welcome.
    if (reply.code === 421) this.end(demandsTls(reply) ? 'closed-by-server' : 'banned')
    return { kind: 'reply', reply, line }
  }

  /** The stream ended: what is left may be a reply without its end. */
  #last(ending: Ending): Heard {
    const reply = lastReply(this.#state)
    this.#state = replyStart
    this.end(ending)
    if (!reply) return this.#over(ending)
    // Half an answer answers nothing; half a greeting is one.
    if (!this.heardAny) return this.#reply(reply)
    this.#setting.transcript.stray(this.ordinal, this.#scrubbed(writeReply(reply)))
    return this.#over(ending)
  }

  #over(ending: Ending): Heard {
    this.end(ending)
    const line = this.#setting.transcript.note(this.ordinal, `ended: ${this.ended ?? ending}`)
    return { kind: 'ended', ending: this.ended ?? ending, line }
  }

  #quiet(came: boolean, isStray: boolean): Ending {
    if (this.isInReply) return 'too-slow'
    return isStray ? 'not-understood' : came ? 'too-slow' : 'silent'
  }

  #scrubbed(wire: string): string {
    const { secret } = this.#setting
    // A password of three characters is in half of all texts: there, only the answer to it is cleaned.
    if (secret === null || secret === '' || (secret.length < 4 && !this.#afterSecret)) return wire
    return wire.replaceAll(encodeWire(secret), '***')
  }
}

const endingOf: Record<MalformedReason, Ending | null> = {
  'line-too-long': 'line-too-long',
  'too-many-lines': 'reply-too-long',
  'too-long': 'reply-too-long',
  'not-a-reply': null,
}

/** How a transcript tells of a handshake. */
export const tlsNote = ({ version, cipher }: Pick<TlsFacts, 'version' | 'cipher'>): string =>
  `TLS: ${version ?? 'unknown version'}, ${cipher ?? 'no cipher'}`
