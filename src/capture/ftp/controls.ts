/** All control connections at hand: what becomes of each when its bytes decide, and when it ends. */
import { gap } from '../../model/gap.ts'
import type { FtpSession, Observation, Place } from '../../model/observation.ts'
import type { Product } from '../../model/service.ts'
import { serverOf } from '../../protocols/ftp/session.ts'
import type { ClientHello } from '../../protocols/tls/client-hello.ts'
import type { ServiceTable } from '../services.ts'
import { gather, nameOf, startNaming } from '../services-names.ts'
import type { CloseReason, Side, Tcp } from '../stream.ts'
import type { ChannelTable } from './channels.ts'
import { type Control, clientEnd, serverEnd, startControl } from './control.ts'
import { endControl, feedControl, feedHello, loseControl } from './control-lines.ts'
import type { ControlEvents } from './control-turns.ts'
import type { Data } from './data-channel.ts'
import type { GuessingCount } from './guessing.ts'
import { isOver } from './handshake.ts'
import { hostedBy, listingOf, listingsReady } from './hosted.ts'
import { latin1 } from './latin1.ts'
import type { FtpLimits } from './options.ts'
import { serverSeen, strangerSeen, truncationOf } from './server-record.ts'
import { sessionOf } from './session-record.ts'
import type { FtpFlow } from './sink.ts'
import { serverSays } from './sniff.ts'
import { undecidedControls } from './undecided.ts'

/** What a connection may say without a sign of what it is, before it is let go of. */
const patience = { turns: 200, bytes: 65_536 }

/** Where what is not FTP gets a name, and TLS is told of though nobody can tell what is in it. */
const namedPorts: readonly number[] = [21, 990]

export interface Controls {
  /** The server's side by who opened the connection, by the port, or by what is known of either end. */
  serverOf(tcp: Tcp<FtpFlow>): Side | null
  isNamed(tcp: Tcp<FtpFlow>, server: Side): boolean
  start(tcp: Tcp<FtpFlow>, server: Side, startSeen: boolean, time: number): Control
  take(
    control: Control,
    side: Side,
    bytes: Uint8Array,
    time: number,
    packet: number,
  ): 'more' | 'skip'
  takeHello(control: Control, hello: ClientHello, time: number, packet: number): 'more' | 'skip'
  lose(control: Control, side: Side, bytes: number): void
  close(control: Control, reason: CloseReason, time: number): void
  /** Characters more that its data channels keep. */
  keep(control: Control, characters: number): void
  dataClosed(control: Control, data: Data, channel: number): void
  active(): readonly FtpSession[]
  finish(): void
  readonly sessions: number
  readonly started: number
  readonly letGo: { readonly undecided: number; readonly sessions: number }
}

export interface Surroundings {
  readonly emit: (observation: Observation) => void
  readonly limits: FtpLimits
  readonly services: ServiceTable
  readonly guessing: GuessingCount
  readonly channels: Pick<ChannelTable<FtpFlow>, 'announce' | 'watch' | 'unwatch'>
  readonly document: (() => string) | null
  readonly servers: 'early' | 'with-sessions'
}

export function controls({
  emit,
  limits,
  services,
  guessing,
  channels,
  document,
  servers,
}: Surroundings): Controls {
  const open = new Set<Control>()
  const decided = new Set<Control>()
  const pending = undecidedControls()
  let text = 0
  let sessions = 0
  let started = 0
  const letGo = { undecided: 0, sessions: 0 }

  const place = ({ tcp }: Control, packet: number): Place => ({
    document: document?.() ?? tcp.document,
    packet,
  })
  const placesOf = (control: Control): readonly Place[] => {
    const first = { document: control.tcp.document, packet: control.tcp.packet }
    const { proof } = control
    return proof === null || (proof.packet === first.packet && proof.document === first.document)
      ? [first]
      : [first, proof]
  }

  const events: ControlEvents = {
    channel: (control, index, time) => channels.announce(control, index, time),
    login(control, outcome, time) {
      const [client, server] = [clientEnd(control).address, serverEnd(control)]
      if (outcome === 'failed')
        guessing.failed(client, server, time, place(control, control.packet))
      else guessing.succeeded(client, server)
    },
    decided(control) {
      control.proof = place(control, control.packet)
      if (control.verdict !== 'ftp') return
      open.delete(control)
      decided.add(control)
      control.naming = null
    },
    kept(control, characters) {
      if (control.emitted) return
      text += characters
      while (text > limits.text && pending.size > 0) dropPending()
      // The others first: who speaks most is who speaks now, and loses what it kept last.
      while (text > limits.text) {
        const oldest = first(decided) ?? first(open)
        if (oldest === undefined) return
        cutShort(oldest)
        if (oldest === control) return
      }
    },
  }

  const forget = (control: Control): void => {
    if (control.emitted) return
    control.emitted = true
    open.delete(control)
    decided.delete(control)
    text -= control.text
    channels.unwatch(control)
  }
  /** Memory is short: it is told of as it is, and what follows is not looked at. */
  const cutShort = (control: Control): void => {
    if (control.closed === null) control.tcp.state = { kind: 'ignored' }
    if (control.verdict === 'ftp') {
      letGo.sessions++
      emitSession(control)
      return
    }
    letGo.undecided++
    forget(control)
  }

  const emitSession = (control: Control): void => {
    if (control.emitted) return
    sessions++
    const session = sessionOf(control)
    emit({ kind: 'ftp-session', session, at: placesOf(control) })
    const truncation = truncationOf(control)
    if (truncation !== null) emit({ kind: 'gap', gap: truncation })
    seeServer(control, session.server.product, 'all')
    forget(control)
    // Sessions that told too little by themselves, of a server that is known now.
    for (const waiting of pending.take(serverEnd(control))) emitSession(waiting)
  }
  const seeServer = (
    control: Control,
    product: Product | null,
    listings: 'answered' | 'all',
  ): void => {
    const ready = listingsReady(control, listings)
    services.see(serverSeen(control, product, hostedBy(control, ready)), placesOf(control))
    control.news = false
    if (ready.length === 0 || control.emitted) return
    control.listings = control.listings.filter((one) => !ready.includes(one))
    for (const listing of ready) release(control, listing.text.length)
  }
  const keep = (control: Control, characters: number): void => {
    if (control.emitted) return
    control.text += characters
    events.kept(control, characters)
  }
  const release = (control: Control, characters: number): void => {
    control.text -= characters
    text -= characters
  }

  const wait = (control: Control): void => {
    pending.add(control)
    while (pending.size > limits.pending) dropPending()
  }
  const dropPending = (): void => {
    const gone = pending.drop()
    if (gone === undefined) return
    letGo.undecided++
    forget(gone)
  }

  /** Not FTP, or nobody can tell: the name of what it is where somebody wants to know. */
  const name = (control: Control, over: 'open' | 'ended'): 'more' | 'done' => {
    const { naming } = control
    const found = naming === null ? null : nameOf(naming, over)
    if (found === 'more') return 'more'
    services.see(strangerSeen(control, found), placesOf(control))
    return 'done'
  }
  const ignore = (control: Control): 'skip' => {
    forget(control)
    control.tcp.state = { kind: 'ignored' }
    return 'skip'
  }

  /** What follows from the bytes that just came. */
  const settle = (control: Control): 'more' | 'skip' => {
    if (control.verdict === 'ftp') {
      if (decided.size > limits.controls) {
        const oldest = first(decided)
        if (oldest !== undefined) cutShort(oldest)
      }
      if (servers === 'early' && control.news)
        seeServer(control, serverOf(control.session), 'answered')
      return isRead(control) ? 'skip' : 'more'
    }
    const { naming } = control
    if (control.verdict === 'not-ftp') {
      if (naming === null) {
        if (isOn21(control)) name(control, 'ended')
        return ignore(control)
      }
      control.onlyNaming = true
    } else if (naming !== null && control.session.tlsSeen && !control.offersFtp)
      control.onlyNaming = naming.bytes.length > 0
    if (control.onlyNaming) control.proof ??= place(control, control.packet)
    if (control.onlyNaming) return name(control, 'open') === 'more' ? 'more' : ignore(control)
    if (control.session.tlsSeen)
      return naming === null && !control.offersFtp && isRead(control) ? 'skip' : 'more'
    if (control.session.turns <= patience.turns && control.bytes <= patience.bytes) return 'more'
    if (naming !== null || control.evidence.length > 0) name(control, 'ended')
    letGo.undecided++
    return ignore(control)
  }

  /** A server that answers a hello for FTP with a hello, and no alert, speaks it behind TLS. */
  const answerHello = (control: Control, [type]: Uint8Array, packet: number): void => {
    control.offersFtp = false
    if (type !== 22) return
    control.packet = packet
    control.verdict = 'ftp'
    control.recognition = null
    control.evidence = [{ line: 'TLS from the start, with ALPN ftp', weight: 3 }]
    control.proofs.set('implicit-tls', implicit)
    events.decided(control)
  }
  const finishControl = (control: Control): void => {
    if (control.openData === 0) emitSession(control)
  }

  return {
    serverOf(tcp) {
      if (tcp.initiator !== null) return tcp.initiator === 0 ? 1 : 0
      const [one, two] = tcp.ends
      const at21 = [one.port === 21, two.port === 21]
      if (at21[0] !== at21[1]) return at21[0] ? 0 : 1
      const known = [services.isFtp(one), services.isFtp(two)]
      return known[0] === known[1] ? null : known[0] ? 0 : 1
    },
    isNamed: (tcp, server) => namedPorts.includes(tcp.ends[server].port),
    start(tcp, server, startSeen, time) {
      const isNamed = namedPorts.includes(tcp.ends[server].port)
      const control = startControl(
        tcp,
        server,
        startSeen,
        isNamed && startSeen ? startNaming() : null,
        time,
      )
      started++
      open.add(control)
      channels.watch(control)
      if (open.size > limits.controls) {
        const oldest = first(open)
        if (oldest !== undefined) cutShort(oldest)
      }
      return control
    },
    take(control, side, bytes, time, packet) {
      if (control.emitted) return 'skip'
      if (control.verdict !== 'ftp') {
        control.bytes += bytes.length
        const { naming } = control
        if (naming !== null) {
          gather(naming, side === control.server ? 'server' : 'client', bytes)
          // Before it is read: what no FTP server begins with is no evidence for or against.
          control.onlyNaming ||=
            side === control.server &&
            !control.offersFtp &&
            serverSays(latin1(naming.bytes)) === 'never'
        }
      }
      if (control.offersFtp && control.verdict === 'undecided' && side === control.server)
        answerHello(control, bytes, packet)
      feedControl(control, side, bytes, time, packet, events)
      return control.emitted ? 'skip' : settle(control)
    },
    takeHello(control, hello, time, packet) {
      control.packet = packet
      control.last = time
      control.offersFtp = hello.protocols.includes('ftp')
      feedHello(control, hello, time, events)
      return 'more'
    },
    lose(control, side, bytes) {
      // A name is told by the first bytes, and what stands behind a hole is not among them.
      if (control.naming !== null && side === control.server) control.naming.full = true
      loseControl(control, side, bytes)
    },
    close(control, reason, time) {
      if (control.emitted) return
      control.last = Math.max(control.last, time)
      endControl(control, control.last, events)
      control.closed = { reason, time }
      if (control.verdict === 'ftp') return finishControl(control)
      const { session } = control
      const said = session.replySeen || session.commandSeen || session.tlsSeen
      if (control.verdict === 'undecided' && said && services.isFtp(serverEnd(control)))
        return finishControl(control)
      const isAsked =
        control.naming === null ? isOn21(control) && said : control.naming.bytes.length > 0
      if (isAsked || control.evidence.length > 0) name(control, 'ended')
      if (control.verdict === 'undecided' && said && !control.onlyNaming) {
        open.delete(control)
        wait(control)
      } else forget(control)
    },
    keep,
    dataClosed(control, data, channel) {
      control.openData--
      if (data.listing !== null && data.carries[0] === control && !control.emitted) {
        const listing = listingOf(control, data, channel)
        if (listing === null) release(control, data.listing.length)
        else control.listings.push(listing)
        control.news ||= listing !== null
      }
      if (control.closed !== null && !control.emitted) finishControl(control)
    },
    active: () => [...decided].map(sessionOf),
    finish() {
      for (const control of [...decided]) emitSession(control)
      if (letGo.sessions + letGo.undecided > 0)
        emit({
          kind: 'gap',
          gap: gap(
            'ftp-analysis-bounded',
            `${letGo.sessions} FTP sessions were cut short and ${letGo.undecided} undecided connections let go of to stay within memory: raise the limits or split the capture`,
            null,
          ),
        })
    },
    get sessions() {
      return sessions
    },
    get started() {
      return started
    },
    letGo,
  }
}

const implicit = {
  id: 'implicit-tls' as const,
  answer: 'yes' as const,
  reason: 'seen',
  lines: [{ dir: 'note' as const, text: 'TLS records from the start, with ALPN ftp' }],
  authenticatedAs: null,
}

const first = <T>(set: ReadonlySet<T>): T | undefined => set.values().next().value

/** Nothing more can be read of it. */
const isRead = ({ handshake }: Control): boolean => handshake !== null && isOver(handshake)

const isOn21 = (control: Control): boolean => serverEnd(control).port === 21
