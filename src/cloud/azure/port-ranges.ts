/** Port ranges as Azure writes them: `*`, `80`, `20-25`, in one member, a list, or both. */
import { gap } from '../../model/gap.ts'
import { allPorts, isPort, type PortSet, ports, unionAll } from '../../model/port-set.ts'
import type { Note } from '../decode.ts'
import { type Element, type Placed, texts } from './element.ts'

export interface PortRanges {
  readonly set: PortSet
  /** `absent` where no range is printed at all, `broken` where one is printed that is none. */
  readonly state: 'known' | 'absent' | 'broken'
}

export function readPortRanges(element: Element, one: string, many: string): PortRanges {
  const found = [...texts(element, one), ...texts(element, many)]
  if (found.length === 0) return { set: [], state: 'absent' }
  if (found.length === 1 && found[0]?.value === '*') return { set: allPorts, state: 'known' }
  const read = found.map((range) => readPortRange(range, element.note))
  return {
    set: unionAll(read.filter((range) => range !== null)),
    state: read.includes(null) ? 'broken' : 'known',
  }
}

/** One range; null (with a gap) where the text is none. */
export function readPortRange({ value, at }: Placed<string>, note: Note): PortSet | null {
  if (value === '*' || value.toLowerCase() === 'any') return allPorts
  const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(value)
  const from = Number(match?.[1])
  const to = Number(match?.[2] ?? match?.[1])
  if (match && isPort(from) && isPort(to) && from <= to) return ports([from, to])
  note(gap('bad-port-range', `not a range of ports from 0 to 65535: ${JSON.stringify(value)}`, at))
  return null
}
