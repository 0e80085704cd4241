/** Reach of 100,000 interfaces that share 1,000 chains of filters. */
import { stdout } from 'node:process'
import { solve } from '../src/exposure/solve.ts'
import { addresses, all, ofIp4Range } from '../src/model/address-set.ts'
import type { Estate, Filter, Path, Rule, Stage, Target } from '../src/model/estate.ts'
import { allPorts, ports } from '../src/model/port-set.ts'
import { type Resource, type ResourceId, resourceId } from '../src/model/resource.ts'
import { documentSource } from '../src/model/source.ts'
import { everyPort, transportPorts } from '../src/model/traffic-set.ts'

const [interfaces, chains, rulesPerGroup, limit] = [100_000, 1_000, 20, 5]
const at = documentSource('bench.json')

const resource = (kind: string, id: string): Resource => ({
  key: resourceId('aws', id),
  provider: 'aws',
  kind,
  id,
  name: null,
  account: null,
  region: null,
})
/** Each group's first rules are public /24s, the others private ones. */
const network = (n: number) => {
  const base = (n % rulesPerGroup < 5 ? 0x08000000 : 0x0a000000) + n * 256
  return ofIp4Range(base, base + 255)
}
const rule = (n: number, more: Partial<Rule>): Rule => ({
  id: `sgr-${n}`,
  name: null,
  action: 'allow',
  order: 0,
  peer: { kind: 'addresses', set: network(n) },
  what: transportPorts({ tcp: ports([n % 60_000, (n % 60_000) + 3]) }),
  perhaps: null,
  sourcePorts: allPorts,
  destination: null,
  source: at,
  ...more,
})
const filter = (id: string, inbound: readonly Rule[], outbound: readonly Rule[] = []): Filter => ({
  resource: resource(outbound.length > 0 ? 'network-acl' : 'security-group', id),
  combination: outbound.length > 0 ? { kind: 'ordered', otherwise: 'deny' } : { kind: 'union' },
  inbound,
  outbound,
  network: null,
  isDefault: false,
  source: at,
})

function makeEstate(): Estate {
  const everybody = { peer: { kind: 'addresses' as const, set: all }, what: everyPort }
  const filters = new Map<ResourceId, Filter>()
  const add = (one: Filter) => filters.set(one.resource.key, one)
  add(
    filter(
      'acl-1',
      [rule(1, { ...everybody, order: 100 })],
      [rule(2, { ...everybody, order: 100 })],
    ),
  )
  for (let chain = 0; chain < chains; chain++)
    add(
      filter(
        `sg-${chain}`,
        Array.from({ length: rulesPerGroup }, (_, i) =>
          rule(
            chain * rulesPerGroup + i,
            i === 0 ? { peer: { kind: 'addresses', set: addresses('0.0.0.0/0') } } : {},
          ),
        ),
      ),
    )
  const route: Stage = {
    kind: 'sources',
    stage: 'route',
    filter: 'rtb-1',
    admits: { certain: all, possible: all },
    because: [],
    otherwise: 'no route',
    gaps: [],
  }
  const targets = new Map<ResourceId, Target>()
  const paths: Path[] = []
  for (let i = 0; i < interfaces; i++) {
    const own = resource('network-interface', `eni-${i}`)
    const address = { family: 4 as const, value: 0x0a000000 + i }
    targets.set(own.key, {
      resource: own,
      machine: null,
      privateAddresses: [address],
      filters: [],
      internetFacing: 'yes',
      closedByPlatform: null,
      note: null,
      source: at,
    })
    paths.push({
      target: own.key,
      entry: { addresses: [{ family: 4, value: 0x08000000 + i }], names: [], front: null },
      families: 'ip4',
      legs: [
        {
          stages: [
            { stage: route, role: 'limits' },
            {
              stage: {
                kind: 'stateless',
                stage: 'network-acl',
                filter: resourceId('aws', 'acl-1'),
                packet: 'inbound',
              },
              role: 'limits',
            },
            {
              stage: {
                kind: 'union',
                stage: 'security-group',
                filters: [resourceId('aws', `sg-${i % chains}`)],
              },
              role: 'admits',
            },
          ],
          destination: address,
          scope: null,
          sender: { kind: 'client', groups: [] },
        },
      ],
      mappings: [],
      ports: null,
      barrier: null,
      gaps: [],
    })
  }
  return {
    accounts: [],
    filters,
    targets,
    paths,
    groups: new Map(),
    names: new Map(),
    attachments: new Map(),
    coverage: [],
    gaps: [],
  }
}

const estate = makeEstate()
const start = performance.now()
const exposures = solve(estate)
const seconds = (performance.now() - start) / 1000
stdout.write(
  `reach of ${interfaces} interfaces on ${chains} chains: ${seconds.toFixed(2)} s (limit ${limit} s, ${(seconds / limit).toFixed(2)} of it), ${exposures.length} exposures\n`,
)
