import type { WrongPorts } from '../model/finding.ts'
import * as trafficSet from '../model/traffic-set.ts'

/** What a finding calls wrong, as traffic. */
export const wrongTraffic = (ports: readonly WrongPorts[]): trafficSet.TrafficSet =>
  ports
    .map(({ transport, ports: own, sources }) =>
      trafficSet.traffic(trafficSet.transportPorts({ [transport]: own }), sources),
    )
    .reduce(trafficSet.union, trafficSet.empty)
