/** From one packet to the connection it belongs to. */
import { Fragments } from './fragments.ts'
import { emptyIpPacket, type IpPacket, readIp } from './ip.ts'
import { cutFrame, findIp, notIp } from './link.ts'
import type { Packet } from './packet.ts'
import type { PacketTally } from './packet-tally.ts'
import type { TcpAssembly } from './tcp.ts'

const tcp = 6

export class PacketAnalysis<State> {
  readonly fragments = new Fragments()
  readonly #tcp: TcpAssembly<State>
  readonly #isVerified: boolean
  readonly #hasFlows: boolean
  readonly #ip: IpPacket = emptyIpPacket()

  constructor(
    assembly: TcpAssembly<State>,
    { checksums, others }: { checksums: 'ignored' | 'verified'; others: 'ignored' | 'counted' },
  ) {
    this.#tcp = assembly
    this.#isVerified = checksums === 'verified'
    this.#hasFlows = others === 'counted'
  }

  take(packet: Packet, tally: PacketTally, document: string): void {
    const { view, time, captured } = packet
    const start = packet.at
    const end = start + captured
    tally.packets++
    tally.bytes += captured
    tally.wireBytes += packet.original
    if (captured < packet.original) tally.cut++
    if (tally.from === null || time < tally.from) tally.from = time
    if (tally.to === null || time > tally.to) tally.to = time
    const at = findIp(view, start, end, packet.link)
    if (at < 0) {
      refuse(at, packet, tally)
      return
    }
    const ip = this.#ip
    ip.bytes = packet.bytes
    ip.view = view
    switch (readIp(ip, at, end, start + packet.original, this.#isVerified)) {
      case 'whole':
        this.#carried(ip, packet, tally, document)
        return
      case 'fragment':
        if ((this.#hasFlows || ip.protocol === tcp) && this.fragments.add(ip, time))
          this.#carried(ip, packet, tally, document)
        return
      case 'malformed':
        tally.malformed++
        return
      case 'cut':
        tally.cutHeaders++
        return
      case 'bad-checksum':
        tally.badChecksums++
        return
    }
  }

  #carried(ip: IpPacket, packet: Packet, tally: PacketTally, document: string): void {
    if (ip.protocol !== tcp) {
      if (this.#hasFlows) this.#tcp.datagram(ip, packet.time, packet.number, document)
      return
    }
    switch (this.#tcp.segment(ip, packet.time, packet.number, document)) {
      case 'taken':
        return
      case 'malformed':
        tally.malformed++
        return
      case 'cut':
        tally.cutHeaders++
        return
      case 'bad-checksum':
        tally.badChecksums++
        return
    }
  }
}

function refuse(reason: number, { captured, original, link }: Packet, tally: PacketTally): void {
  if (reason === notIp) tally.notIp++
  else if (reason !== cutFrame)
    tally.unknownLinks.set(link, (tally.unknownLinks.get(link) ?? 0) + 1)
  else if (captured < original) tally.cutHeaders++
  else tally.malformed++
}
