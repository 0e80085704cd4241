/** What of one document's packets could not be read, counted, and told as gaps. */
import { type Gap, gap } from '../model/gap.ts'
import { documentSource } from '../model/source.ts'
import type { Framing } from './packet.ts'
import type { PacketFault } from './packets.ts'

export class PacketTally {
  packets = 0
  /** Captured, and on the wire. */
  bytes = 0
  wireBytes = 0
  /** Of packets without a usable time null. */
  from: number | null = null
  to: number | null = null
  notIp = 0
  /** Packets the capture cut short; their missing bytes are lost in their streams. */
  cut = 0
  /** Of these, cut within their headers. */
  cutHeaders = 0
  malformed = 0
  badChecksums = 0
  readonly unknownLinks = new Map<number, number>()
}

export function findPacketGaps(
  document: string,
  tally: PacketTally,
  framing: Framing | null,
  fault: PacketFault | null,
): readonly Gap[] {
  const at = documentSource(document)
  const gaps: Gap[] = []
  const say = (count: number, reason: string, message: string) => {
    if (count > 0) gaps.push(gap(reason, message, at))
  }
  if (fault) gaps.push(faultGap(document, fault))
  say(
    tally.cut,
    'packets-cut',
    `${tally.cut} of ${tally.packets} packets are shorter than they were on the wire: capture with a larger snap length.`,
  )
  say(
    tally.cutHeaders,
    'packet-headers-cut',
    `${tally.cutHeaders} packets end within their headers and were not analysed.`,
  )
  say(
    tally.malformed,
    'malformed-packets',
    `${tally.malformed} packets have headers that contradict themselves and were not analysed.`,
  )
  say(
    tally.badChecksums,
    'bad-checksums',
    `${tally.badChecksums} packets have wrong checksums and were not analysed; offloading makes them so on the sender's own machine.`,
  )
  for (const [link, count] of [...tally.unknownLinks].sort(([a], [b]) => a - b))
    gaps.push(
      gap(
        'unsupported-link-type',
        `${count} packets of link type ${link} were not analysed.`,
        at,
        String(link),
      ),
    )
  if (framing === null) return gaps
  say(
    framing.timeless,
    'packets-without-time',
    `${framing.timeless} packets carry no time; they were given that of the packet before.`,
  )
  say(
    framing.oversized,
    'unreadable-blocks',
    `${framing.oversized} blocks are too large, or name an interface or length that is not there, and were passed over.`,
  )
  say(
    framing.dropped ?? 0,
    'dropped-packets',
    `The capturing machine says that it dropped ${framing.dropped} packets.`,
  )
  return gaps
}

function faultGap(document: string, fault: PacketFault): Gap {
  const at = documentSource(document)
  switch (fault.kind) {
    case 'empty':
      return gap('empty-capture', 'The capture is empty.', at)
    case 'unknown-format':
      return gap('unknown-format', 'This is neither pcap nor pcapng.', at)
    case 'truncated':
      return gap(
        'truncated-capture',
        `The capture ends within a record, after ${fault.bytes} bytes of it.`,
        at,
      )
    case 'damaged':
      return gap(
        'damaged-capture',
        `What stands at byte ${fault.offset} is no record; nothing from there on was read.`,
        at,
      )
    case 'unreadable':
      return gap('unreadable-capture', `Reading stopped: ${fault.message}`, at)
  }
}
