/** Small facts made by hand: filters answer with what a test says they admit, without readers or solver. */
import { addresses } from '../model/address-set.ts'
import { exactly, noTraffic, type TrafficBounds } from '../model/bounds.ts'
import type { Attachment, Estate, Filter, Peer, Rule, Target } from '../model/estate.ts'
import type { Exposure, Verdict } from '../model/exposure.ts'
import type { Gap } from '../model/gap.ts'
import { ports as portsOf } from '../model/port-set.ts'
import { defaultThresholds, type Thresholds } from '../model/public-space.ts'
import { type Resource, resourceId } from '../model/resource.ts'
import { documentSource } from '../model/source.ts'
import {
  intersect,
  isEmpty,
  type TrafficSet,
  type Transport,
  traffic,
  transportPorts,
  unionOfProducts,
} from '../model/traffic-set.ts'
import type { Facts } from './check.ts'

type Range = number | readonly [number, number]
export type Allowed = readonly [Transport, readonly Range[], readonly string[]]

export const source = documentSource('groups.json')

export const resource = (
  id: string,
  kind = 'security-group',
  provider: 'aws' | 'azure' = 'aws',
): Resource => ({
  key: resourceId(provider, id),
  provider,
  kind,
  id,
  name: null,
  account: '123456789012',
  region: 'eu-west-1',
})

export const trafficOf = (...allowed: readonly Allowed[]): TrafficSet =>
  unionOfProducts(
    allowed.map(([transport, ranges, from]) => ({
      what: transportPorts({ [transport]: portsOf(...ranges) }),
      addresses: addresses(...from),
    })),
  )

export const rule = (
  id: string,
  [transport, ranges, from]: Allowed,
  more: Partial<Rule> = {},
): Rule => ({
  id,
  name: null,
  action: 'allow',
  order: 0,
  peer: { kind: 'addresses', set: addresses(...from) },
  what: transportPorts({ [transport]: portsOf(...ranges) }),
  perhaps: null,
  sourcePorts: portsOf([0, 65_535]),
  destination: null,
  source,
  ...more,
})

export const filter = (own: Resource, inbound: readonly Rule[] = []): Filter => ({
  resource: own,
  combination: { kind: 'union' },
  inbound,
  outbound: [],
  network: null,
  isDefault: false,
  source,
})

export const target = (id: string, more: Partial<Target> = {}): Target => ({
  resource: resource(id, 'network-interface'),
  machine: null,
  privateAddresses: [],
  filters: [resource('sg-1').key],
  internetFacing: 'yes',
  closedByPlatform: null,
  note: null,
  source,
  ...more,
})

export const exposure = (
  of: Resource,
  [transport, ranges, from]: Allowed,
  verdict: Verdict = 'reachable',
  more: Partial<Exposure> = {},
): Exposure => ({
  key: `${of.id} ${transport} ${ranges.join()}`,
  target: of,
  machine: null,
  entry: { addresses: [], names: [], front: null },
  privateAddresses: [],
  transport,
  ports: portsOf(...ranges),
  targetPorts: portsOf(...ranges),
  sources: addresses(...from),
  verdict,
  certainty: verdict === 'unknown' ? 'possible' : 'certain',
  reason: null,
  gaps: [],
  path: [],
  rules: [],
  witness: {
    source: { family: 4, value: 0x0808_0808 },
    sourcePort: 40_000,
    destination: null,
    transport,
    port: 0,
  },
  ...more,
})

export const gapOf = (key: string): Gap => ({
  key,
  source: null,
  reason: 'unresolved',
  message: key,
})

export const unknownPeer = (gap: Gap): Peer => ({ kind: 'unknown', gap })

export interface Sample {
  readonly filters?: readonly Filter[]
  /** What a filter admits by its id; else the union of its rules with plain addresses. */
  readonly admits?: Readonly<Record<string, TrafficBounds>>
  readonly attachments?: Readonly<Record<string, Attachment>>
  readonly targets?: readonly Target[]
  readonly exposures?: readonly Exposure[]
  readonly shadowed?: Facts['shadowed']
  readonly thresholds?: Thresholds
  readonly estate?: Partial<Estate>
}

export function sampleFacts(sample: Sample): Facts {
  const filters = sample.filters ?? []
  const exposures = sample.exposures ?? []
  const estate: Estate = {
    accounts: [],
    filters: new Map(filters.map((own) => [own.resource.key, own])),
    targets: new Map((sample.targets ?? []).map((own) => [own.resource.key, own])),
    paths: [],
    groups: new Map(),
    names: new Map(),
    attachments: new Map(
      Object.entries(sample.attachments ?? {}).map(([id, own]) => [resourceId('aws', id), own]),
    ),
    coverage: [],
    gaps: [],
    ...sample.estate,
  }
  return {
    estate,
    thresholds: sample.thresholds ?? defaultThresholds,
    exposuresOf: (id) => exposures.filter((own) => own.target.key === id),
    exposuresThrough: (id) =>
      exposures.filter(
        (own) =>
          own.target.key === id ||
          own.rules.some((step) => step.filter !== null && id.endsWith(step.filter)),
      ),
    admits: (id) => {
      const own = estate.filters.get(id)
      return (
        sample.admits?.[own?.resource.id ?? ''] ?? (own ? exactly(unionOfRules(own)) : noTraffic)
      )
    },
    rulesAdmitting: (own, wrong) =>
      own.inbound.filter((one) => !isEmpty(intersect(trafficOfRule(one), wrong))),
    shadowed: sample.shadowed ?? (() => []),
  }
}

const trafficOfRule = ({ what, peer }: Rule): TrafficSet =>
  traffic(what, peer.kind === 'addresses' ? peer.set : addresses('0.0.0.0/0', '::/0'))

const unionOfRules = ({ inbound }: Filter): TrafficSet =>
  unionOfProducts(
    inbound.flatMap(({ what, peer }) =>
      peer.kind === 'addresses' ? [{ what, addresses: peer.set }] : [],
    ),
  )
