/** A filter that lets the whole internet to ports that no well-known service uses. */

import { allPorts, ports } from '../../model/port-set.ts'
import {
  subtractPorts,
  type TransportPorts,
  transportPorts,
  unionPorts,
} from '../../model/traffic-set.ts'
import { defineCheck } from '../define.ts'
import type { EstateDefinition } from '../definition.ts'
import { judgeOpen } from '../judge.ts'
import { checkedProviders } from '../providers.ts'
import { filterSubjects } from '../subject.ts'

/**
 * The common services of Conformity's rule EC2-034, by transport: HTTP, HTTPS, FTP, SSH, Telnet, DNS, RDP, SMTP, MySQL,
 * PostgreSQL, Oracle, SQL Server, RPC and SMB over TCP; DNS, RPC and SMB over UDP.
 */
export const commonPorts: TransportPorts = transportPorts({
  tcp: ports(
    [20, 23],
    25,
    53,
    80,
    135,
    [137, 139],
    443,
    445,
    465,
    587,
    1433,
    1521,
    3306,
    3389,
    5432,
  ),
  udp: ports(53, 135, [137, 139], 445),
})
const everyPort = transportPorts({ tcp: allPorts, udp: allPorts })

/** The checks, with what the user calls common besides (HTTP/3 on UDP 443, a service of one's own). */
export const uncommonPortChecks = (alsoCommon: TransportPorts): readonly EstateDefinition[] => {
  const uncommon = subtractPorts(everyPort, unionPorts(commonPorts, alsoCommon))
  return checkedProviders.map((words) =>
    defineCheck(words, {
      id: `${words.filter}-unrestricted-uncommon-ports`,
      title: `${words.filterTitle} lets the whole internet reach uncommon ports`,
      severity: 'high',
      about: { kind: 'uncommon-ports' },
      subject: 'filter',
      remedy: 'restrict-ingress',
      *find(facts) {
        for (const subject of filterSubjects(facts, words.provider))
          yield judgeOpen(facts, subject, uncommon, 'high')
      },
    }),
  )
}

export const definitions: readonly EstateDefinition[] = uncommonPortChecks(transportPorts({}))
