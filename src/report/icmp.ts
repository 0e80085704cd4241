import { allPorts, equal, type PortSet, toPairs } from '../model/port-set.ts'

/**
 * ICMP messages as `[type, code]`: code -1 is every code of the type, `[-1, -1]` every message. The set numbers them
 * type × 256 + code.
 */
export function icmpTypes(messages: PortSet): (readonly [number, number])[] {
  if (equal(messages, allPorts)) return [[-1, -1]]
  const out: (readonly [number, number])[] = []
  for (const [from, to] of toPairs(messages))
    for (let at = from; at <= to; ) {
      const [type, code] = [at >> 8, at & 255]
      if (code === 0 && to >= at + 255) {
        out.push([type, -1])
        at += 256
      } else {
        out.push([type, code])
        at++
      }
    }
  return out
}
