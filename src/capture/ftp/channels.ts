/** Which connections carry data, and for which sessions. */
import { type Address, formatAddress, unmapped } from '../../model/address.ts'
import type { CloseReason, Side, Tcp } from '../stream.ts'
import { type Control, clientEnd, serverEnd } from './control.ts'
import { closeData, type Data, startData } from './data-channel.ts'
import { endKey, isSameAddress, isUnspecified } from './endpoints.ts'
import { type Expectation, expectations } from './expectations.ts'
import type { FileHash, FtpLimits } from './options.ts'
import { listingOn } from './transfers.ts'

/** A connection between hosts of a session that nobody has announced yet. */
interface Early<State> {
  readonly tcp: Tcp<State>
  readonly time: number
  closed: CloseReason | null
}

/** Packets of one conversation that a capture mixes up are not further apart. */
const early = 10_000
const maxEarly = 1024

export interface ChannelTable<State> {
  /** A control connection began, or is forgotten: its hosts may connect for data. */
  watch(control: Control): void
  unwatch(control: Control): void
  /** A channel of a session was announced. */
  announce(control: Control, index: number, time: number): void
  open(tcp: Tcp<State>, time: number): void
  /** The first bytes of a data connection: from here on it counts, whoever made it. */
  carry(data: Data): void
  close(tcp: Tcp<State>, reason: CloseReason): void
  forget(data: Data): void
  readonly letGo: number
}

export function channelTable<State extends { readonly kind: string }>(
  limits: FtpLimits,
  newHash: (() => FileHash) | null,
): ChannelTable<State | Data> {
  const expected = expectations<Control>(limits.expected)
  const hosts = new Map<Address['value'], number>()
  const announced = new Map<Control, Expectation<Control>[]>()
  const unannounced = new Map<string, Early<State | Data>>()
  let live = 0
  let letGo = 0

  const count = (address: Address, by: 1 | -1): void => {
    const key = unmapped(address).value
    const left = (hosts.get(key) ?? 0) + by
    if (left > 0) hosts.set(key, left)
    else hosts.delete(key)
  }
  const isBetweenHosts = ({ ends: [one, two] }: Tcp<State | Data>): boolean =>
    hosts.has(unmapped(one.address).value) && hosts.has(unmapped(two.address).value)

  const start = (
    tcp: Tcp<State | Data>,
    to: Side,
    thieving: readonly Expectation<Control>[],
  ): Data | undefined => {
    if (live >= limits.data) {
      letGo++
      return undefined
    }
    live++
    const data = startData(tcp, to, thieving, newHash)
    tcp.state = data
    return data
  }
  const bind = (data: Data, { owner, channel }: Expectation<Control>, who: 'peer' | 'thief') => {
    owner.data.set(channel, { actual: who === 'peer' ? data.to : data.from, record: data.record })
    owner.openData++
    data.carries.push(owner)
    data.channels.push(channel)
    if (who === 'thief') owner.stolen = true
    else proveBounce(owner, channel, data)
  }
  const connect = (tcp: Tcp<State | Data>, to: Side, time: number): boolean => {
    const waiting = expected.at(tcp.ends[to], time).filter(({ owner }) => !owner.emitted)
    if (waiting.length === 0) return false
    const from = tcp.ends[to === 0 ? 1 : 0].address
    const peers = newestOf(waiting.filter(({ peer }) => isSameAddress(peer, from)))
    const others = newestOf(waiting.filter(({ peer }) => !isSameAddress(peer, from))).filter(
      ({ owner }) => !peers.some((one) => one.owner === owner),
    )
    const data = start(tcp, to, others)
    if (data === undefined) return true
    for (const expectation of peers) {
      expectation.taken = true
      expected.drop(expectation)
      bind(data, expectation, 'peer')
    }
    return true
  }
  const connectEarly = (
    expectation: Omit<Expectation<Control>, 'taken' | 'until'>,
    time: number,
  ) => {
    const { owner, channel, addresses, port, peer } = expectation
    for (const address of addresses) {
      const key = endKey({ address, port })
      const found = unannounced.get(key)
      if (found === undefined || time - found.time > early) continue
      const { tcp, closed } = found
      // What speaks FTP itself carries no data.
      if (tcp.state?.kind === 'control') continue
      const to = tcp.initiator === 0 ? 1 : 0
      if (!isSameAddress(tcp.ends[to === 0 ? 1 : 0].address, peer)) continue
      unannounced.delete(key)
      const data = start(tcp, to, [])
      if (data === undefined) return true
      const bound = { ...expectation, until: time, taken: true }
      bind(data, bound, 'peer')
      if (closed !== null) {
        closeData(data, closed)
        live--
        owner.openData--
        data.carries.length = 0
      }
      return channel >= 0
    }
    return false
  }

  return {
    watch(control) {
      for (const { address } of control.tcp.ends) count(address, 1)
    },
    unwatch(control) {
      for (const { address } of control.tcp.ends) count(address, -1)
      // Nothing of a session that was told of is kept for who may come too late.
      for (const expectation of announced.get(control) ?? []) expected.drop(expectation)
      announced.delete(control)
    },
    announce(control, index, time) {
      if (control.emitted) return
      const channel = control.session.channels[index]
      if (channel === undefined) return
      const [announcer, peer] =
        channel.mode === 'active'
          ? [clientEnd(control), serverEnd(control)]
          : [serverEnd(control), clientEnd(control)]
      const { address, port } = channel.announced
      const own = announcer.address
      const isOther = address !== null && !isUnspecified(address) && !isSameAddress(address, own)
      const addresses = isOther ? [address, own] : [own]
      const expectation = { owner: control, channel: index, peer: peer.address, port, addresses }
      if (unannounced.size > 0 && connectEarly(expectation, time)) return
      const made = expected.expect(expectation, time)
      const others = announced.get(control)
      if (others === undefined) announced.set(control, [made])
      else others.push(made)
    },
    open(tcp, time) {
      if (tcp.initiator === null) {
        if (expected.size > 0 && !connect(tcp, 1, time)) connect(tcp, 0, time)
        return
      }
      const to = tcp.initiator === 0 ? 1 : 0
      if (expected.size > 0 && connect(tcp, to, time)) return
      if (hosts.size === 0 || !isBetweenHosts(tcp)) return
      const key = endKey(tcp.ends[to])
      unannounced.delete(key)
      unannounced.set(key, { tcp, time, closed: null })
      if (unannounced.size > maxEarly) {
        const [oldest] = unannounced.keys()
        if (oldest !== undefined) unannounced.delete(oldest)
      }
    },
    carry(data) {
      // A listing is no file.
      const isListing =
        data.carries.length > 0 &&
        data.carries.every((owner, i) => listingOn(owner, data.channels[i]) !== null)
      if (isListing) data.hash = null
      else data.listing = null
      for (const expectation of data.thieving) {
        const { owner, channel } = expectation
        if (owner.emitted || (owner.data.get(channel)?.record.bytes ?? 0) > 0) continue
        expectation.taken = true
        expected.drop(expectation)
        bind(data, expectation, 'thief')
      }
    },
    close(tcp, reason) {
      if (unannounced.size === 0 || tcp.initiator === null) return
      const found = unannounced.get(endKey(tcp.ends[tcp.initiator === 0 ? 1 : 0]))
      if (found?.tcp === tcp) found.closed = reason
    },
    forget() {
      live--
    },
    get letGo() {
      return letGo
    },
  }
}

/** Of each owner the channel announced last: an earlier one on the same port was given up. */
function newestOf(waiting: readonly Expectation<Control>[]): readonly Expectation<Control>[] {
  return waiting.filter(
    ({ owner }, i) => waiting.findLastIndex((other) => other.owner === owner) === i,
  )
}

/** The server connected to where the client told it to, and that is not the client. */
function proveBounce(control: Control, index: number, { to }: Data): void {
  const channel = control.session.channels[index]
  const address = channel?.announced.address ?? null
  if (channel?.mode !== 'active' || address === null) return
  if (!isSameAddress(address, to.address) || isSameAddress(address, clientEnd(control).address))
    return
  const id = to.port < 1024 ? 'bounce-privileged' : 'bounce'
  const text = `the server connected to ${formatAddress(to.address)} port ${to.port}, as ${channel.by} told it to`
  control.proofs.set(id, {
    id,
    answer: 'yes',
    reason: 'seen',
    lines: [{ dir: 'note', text }],
    authenticatedAs: control.user,
  })
}
