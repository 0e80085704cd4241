/** From a frame to its IP packet, for the link types that carry IP (tcpdump.org/linktypes.html). */

/** The frame carries something else: ARP, spanning tree, … */
export const notIp = -1
/** The frame ends within its headers. */
export const cutFrame = -2
/** Nobody here knows this link type. */
export const unknownLink = -3

/** Where the IP header stands in the view, or one of the three above. */
export function findIp(view: DataView, at: number, end: number, link: number): number {
  switch (link) {
    case 1:
      return end - at < 14 ? cutFrame : byType(view, view.getUint16(at + 12), at + 14, end)
    case 0:
    case 108:
      return byFamily(view, at, end)
    // DLT_RAW of several systems, and the numbers for one version alone.
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return end === at ? cutFrame : at
    case 113:
      return end - at < 16 ? cutFrame : byType(view, view.getUint16(at + 14), at + 16, end)
    case 276:
      return end - at < 20 ? cutFrame : byType(view, view.getUint16(at), at + 20, end)
    case 9:
    case 50:
      return byPpp(view, at, end)
    case 51:
      return end - at < 6 ? cutFrame : byPpp(view, at + 6, end)
    // Cisco HDLC: address, control, then an EtherType.
    case 104:
      return end - at < 4 ? cutFrame : byType(view, view.getUint16(at + 2), at + 4, end)
    default:
      return unknownLink
  }
}

/** More tags or labels than any network has: the frame is made up. */
const maxTags = 16

function byType(view: DataView, first: number, start: number, end: number): number {
  let type = first
  let at = start
  for (let tags = 0; tags <= maxTags; tags++) {
    switch (type) {
      case 0x0800:
      case 0x86dd:
        return at < end ? at : cutFrame
      // 802.1Q, 802.1ad, and what came before it.
      case 0x8100:
      case 0x88a8:
      case 0x9100:
      case 0x9200:
        if (end - at < 4) return cutFrame
        type = view.getUint16(at + 2)
        at += 4
        continue
      // PPP over Ethernet, session stage (RFC 2516).
      case 0x8864:
        return end - at < 6 ? cutFrame : byPpp(view, at + 6, end)
      case 0x8847:
      case 0x8848:
        return byLabels(view, at, end)
      default:
        // A length instead of a type: LLC, which with SNAP has the type behind it (RFC 1042).
        if (type > 1500 || end - at < 8 || view.getUint32(at) !== 0xaaaa0300) return notIp
        type = view.getUint16(at + 6)
        at += 8
    }
  }
  return notIp
}

/** MPLS says nothing of what is inside: the version of IP does. */
function byLabels(view: DataView, start: number, end: number): number {
  let at = start
  for (let labels = 0; labels <= maxTags; labels++) {
    if (end - at < 5) return cutFrame
    const isLast = (view.getUint8(at + 2) & 1) === 1
    at += 4
    if (!isLast) continue
    const version = view.getUint8(at) >> 4
    return version === 4 || version === 6 ? at : notIp
  }
  return notIp
}

/** An address family of the capturing machine, in its own byte order (BSD loopback) or the network's. */
function byFamily(view: DataView, at: number, end: number): number {
  if (end - at < 5) return cutFrame
  const little = view.getUint32(at, true)
  switch (little < 0x1_0000 ? little : view.getUint32(at)) {
    case 2:
    // AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, macOS.
    case 10:
    case 24:
    case 28:
    case 30:
      return at + 4
    default:
      return notIp
  }
}

/** RFC 1661 and 1662: address and control may be left out, and the first byte of the protocol as well. */
function byPpp(view: DataView, start: number, end: number): number {
  let at = start
  if (end - at < 4) return cutFrame
  if (view.getUint16(at) === 0xff03) at += 2
  else if (view.getUint16(at) === 0x0f00 || view.getUint16(at) === 0x8f00)
    return byType(view, view.getUint16(at + 2), at + 4, end)
  const isShort = (view.getUint8(at) & 1) === 1
  const protocol = isShort ? view.getUint8(at) : view.getUint16(at)
  at += isShort ? 1 : 2
  if (protocol !== 0x21 && protocol !== 0x57) return notIp
  return at < end ? at : cutFrame
}
