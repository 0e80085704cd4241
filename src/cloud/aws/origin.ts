/** Where documents come from: account and region, from their content, their path, or what they share with others. */
import type { Place } from './records.ts'

/** One document of one collection, over all of its parts and records. */
export interface Origin {
  readonly document: string
  readonly collection: string
  /** `global` services have no region. */
  readonly reach: 'regional' | 'global'
  /** Places that its elements name themselves, `account|region` with empty text for what they do not say. */
  readonly said: Set<string>
  /** Networks, subnets and groups it mentions. */
  readonly mentions: Set<string>
  /** A token for a next page was left over. */
  hasNext: boolean
  /** The last part was seen. */
  isWhole: boolean
}

export interface Atlas {
  /** All places an origin speaks of; a null where nothing tells. */
  placesOf(origin: Origin): readonly Place[]
  /** Where one element belongs; `ids` are networks, subnets and groups it names, most telling first. */
  placeOf(
    element: { readonly origin: Origin; readonly own: Place },
    ...ids: readonly (string | null)[]
  ): Place
  /** Where a network's own collections (gateways, routes) are to be looked for. */
  placesOfNetwork(id: string): readonly Place[]
}

/** What elements say of an id: which accounts and regions name it. */
export type Claims = Map<string, { readonly accounts: Set<string>; readonly regions: Set<string> }>

export const placeKey = ({ account, region }: Place): string => `${account ?? ''}|${region ?? ''}`
export const parsePlace = (key: string): Place => {
  const [account, region] = key.split('|')
  return { account: account || null, region: region || null }
}

/** `owners`: the account of a network by describe-vpcs. */
export function atlasOf(
  origins: readonly Origin[],
  claims: Claims,
  owners: ReadonlyMap<string, Place>,
): Atlas {
  const accounts = byFolder(origins, accountsOf)
  const regions = byFolder(
    origins.filter(({ reach }) => reach === 'regional'),
    regionsOf,
  )
  const placesOf = remember((origin: Origin): readonly Place[] => {
    const told = [...origin.said].map(parsePlace)
    const missing = (which: 'account' | 'region'): readonly (string | null)[] => {
      if (which === 'region' && origin.reach === 'global') return [null]
      const said = which === 'account' ? accountsOf(origin) : regionsOf(origin)
      if (said.length > 0) return said
      const shared = sharedBy(origin.mentions, claims, which)
      if (shared.length > 0) return shared
      return [(which === 'account' ? accounts : regions)(origin.document)]
    }
    const places =
      told.length > 0
        ? told.flatMap((place) =>
            cross(
              place.account === null ? missing('account') : [place.account],
              place.region === null ? missing('region') : [place.region],
            ),
          )
        : cross(missing('account'), missing('region'))
    return [...new Map(places.map((place) => [placeKey(place), place])).values()]
  })
  return {
    placesOf,
    placeOf({ origin, own }, ...ids) {
      if (own.account !== null && own.region !== null) return own
      let { account, region } = own
      for (const id of ids) {
        if (id === null || (account !== null && region !== null)) continue
        const claim = claims.get(id)
        account ??= owners.get(id)?.account ?? only(claim?.accounts)
        region ??= only(claim?.regions)
      }
      if (account !== null && region !== null) return { account, region }
      const places = placesOf(origin)
      account ??= only(new Set(places.map((place) => place.account)))
      region ??= only(
        new Set(places.filter((place) => place.account === account).map((place) => place.region)),
      )
      return { account, region }
    },
    placesOfNetwork(id) {
      const claim = claims.get(id)
      const owner = owners.get(id)?.account
      return cross(
        owner ? [owner] : listOr(claim?.accounts, null),
        listOr(claim?.regions, owners.get(id)?.region ?? null),
      )
    },
  }
}

const only = <T>(values: ReadonlySet<T> | undefined): T | null =>
  values?.size === 1 ? ([...values][0] ?? null) : null
const listOr = (values: ReadonlySet<string> | undefined, otherwise: string | null) =>
  values && values.size > 0 ? [...values] : [otherwise]
const cross = (
  accounts: readonly (string | null)[],
  regions: readonly (string | null)[],
): readonly Place[] => accounts.flatMap((account) => regions.map((region) => ({ account, region })))

function remember<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const value = known.get(key) ?? compute(key)
    known.set(key, value)
    return value
  }
}

function sharedBy(
  mentions: ReadonlySet<string>,
  claims: Claims,
  which: 'account' | 'region',
): readonly string[] {
  const found = new Set<string>()
  for (const id of mentions) {
    const claim = claims.get(id)
    for (const value of (which === 'account' ? claim?.accounts : claim?.regions) ?? [])
      found.add(value)
  }
  return [...found]
}

const foldersOf = (document: string): readonly string[] => document.split(/[\\/]/).slice(0, -1)

function accountsOf(origin: Origin): readonly string[] {
  const said = [...origin.said].map((key) => parsePlace(key).account)
  const known = [...new Set(said.filter((account) => account !== null))]
  if (known.length > 0) return known
  const folder = foldersOf(origin.document).findLast((name) => /^\d{12}$/.test(name))
  return folder === undefined ? [] : [folder]
}

const regionName =
  /^(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov|us-isob?|eu-isoe|eusc-[a-z]{2})-[a-z]+-\d{1,2}$/
function regionsOf(origin: Origin): readonly string[] {
  const said = [...origin.said].map((key) => parsePlace(key).region)
  const known = [...new Set(said.filter((region) => region !== null))]
  if (known.length > 0) return known
  const folder = foldersOf(origin.document).findLast((name) => regionName.test(name))
  return folder === undefined ? [] : [folder]
}

/** The only value known in a document's folder, else in the folder above, and so on up to the whole run. */
function byFolder(
  origins: readonly Origin[],
  valuesOf: (origin: Origin) => readonly string[],
): (document: string) => string | null {
  const known = new Map<string, Set<string>>()
  for (const origin of origins)
    for (const value of valuesOf(origin))
      for (const folder of ancestors(origin.document)) {
        const values = known.get(folder)
        if (values) values.add(value)
        else known.set(folder, new Set([value]))
      }
  return (document) => {
    for (const folder of ancestors(document)) {
      const values = known.get(folder)
      if (values) return only(values)
    }
    return null
  }
}

/** The document's own folder first, the whole run (empty text) last. */
function ancestors(document: string): readonly string[] {
  const parts = foldersOf(document)
  return Array.from({ length: parts.length + 1 }, (_, i) =>
    parts.slice(0, parts.length - i).join('/'),
  )
}
