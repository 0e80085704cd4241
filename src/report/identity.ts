import { hash } from 'node:crypto'

/**
 * The id that reports print for an exposure, finding or gap: the first 16 hex digits of the SHA-256 of its readable key.
 * Equal keys give equal ids in every run and on every machine.
 */
export const publicId = (key: string): string => hash('sha256', key, 'hex').slice(0, 16)

/** `publicId` of things that many others refer to, each hashed once. */
export function rememberedIds(): (thing: { readonly key: string }) => string {
  const known = new Map<object, string>()
  return (thing) => {
    let id = known.get(thing)
    if (id === undefined) {
      id = publicId(thing.key)
      known.set(thing, id)
    }
    return id
  }
}
