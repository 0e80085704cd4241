import { ports, unionAll } from '../model/port-set.ts'
import { type TransportPorts, transportPorts } from '../model/traffic-set.ts'
import { UsageError } from './edges.ts'

/** Ports that count as common beside the built-in list: `tcp:8443`, `udp:443`, `tcp:8000-8099`. */
export function readCommonPorts(texts: readonly string[]): TransportPorts {
  const parts = texts.map((text) => {
    const match = /^(tcp|udp):(\d{1,5})(?:-(\d{1,5}))?$/i.exec(text)
    const [from, to] = [Number(match?.[2]), Number(match?.[3] ?? match?.[2])]
    if (!match || from > to || to > 65_535)
      throw new UsageError(
        `--common-ports ${text}: expected tcp:PORT, udp:PORT or a range such as tcp:8000-8099`,
      )
    return { transport: match[1]?.toLowerCase(), ports: ports([from, to]) }
  })
  const of = (transport: string) =>
    unionAll(parts.filter((part) => part.transport === transport).map((part) => part.ports))
  return transportPorts({ tcp: of('tcp'), udp: of('udp') })
}
