/** Who a resource is. Ids are canonical (they join), what is shown is the first spelling seen. */
declare const brand: unique symbol
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

export const providers = ['aws', 'azure', 'gcp', 'network'] as const
export type Provider = (typeof providers)[number]

export type ResourceId = Brand<string, 'ResourceId'>
/** `native` must be in the provider's canonical spelling (ARM ids in lower case, AWS names made unique by account and region). */
export const resourceId = (provider: Provider, native: string): ResourceId =>
  `${provider}:${native}` as ResourceId

/** A resource as it is named in answers. */
export interface Resource {
  readonly key: ResourceId
  readonly provider: Provider
  /** `security-group`, `network-interface`, `instance`, … */
  readonly kind: string
  /** The native id in its first spelling. */
  readonly id: string
  readonly name: string | null
  readonly account: string | null
  readonly region: string | null
}
