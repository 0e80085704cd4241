/** What a server says it can do: the 211 to FEAT (RFC 2389 §3.2). */
import type { Reply } from './reply.ts'
import { readWire } from './wire.ts'

export interface Feature {
  /** Upper case. */
  readonly name: string
  /** As written, without outer spaces; empty when there are none. */
  readonly parameters: string
}

export interface Features {
  /** In the server's order, which is a mark of the product; at most 256. */
  readonly list: readonly Feature[]
  /** Mechanisms of AUTH, upper case: TLS, SSL, TLS-C, TLS-P, GSSAPI … */
  readonly auth: readonly string[]
  /** Facts of MLST in lower case, and whether MLSD gives them unasked. */
  readonly facts: readonly { readonly name: string; readonly enabled: boolean }[]
  /** Levels of PROT where the server lists them: C, P, S, E. */
  readonly protection: readonly string[]
  readonly languages: readonly string[]
  readonly hashes: readonly string[]
}

const maxFeatures = 256

/** Undefined when the reply lists nothing: not a 211, or a 211 without lines (RFC 2389: "no features"). */
export function parseFeatures({ code, lines }: Reply): Features | undefined {
  if (code !== 211 || lines.length < 2) return undefined
  // Listed lines begin with a space; some servers begin them with "211-" instead, or with nothing.
  const list = lines
    .slice(1, -1)
    .flatMap((line) => parseFeature(readWire(line.slice(0, 1024))) ?? [])
    .slice(0, maxFeatures)
  const of = (name: string) =>
    list.filter((feature) => feature.name === name).map(({ parameters }) => parameters)
  return {
    list,
    auth: unique(of('AUTH').flatMap(words).map(upper)),
    facts: of('MLST').flatMap(words).map(parseFact),
    protection: unique(of('PROT').flatMap(words).map(upper)),
    languages: of('LANG').flatMap(words).map(withoutStar),
    hashes: of('HASH').flatMap(words).map(withoutStar),
  }
}

export const hasFeature = ({ list }: Features, name: string): boolean =>
  list.some((feature) => feature.name === name)

function parseFeature(line: string): Feature | undefined {
  const [, name = '', parameters = ''] = /^\s*([!-~]{1,32})(?:\s+([\s\S]*))?$/.exec(line) ?? []
  return name === '' ? undefined : { name: upper(name), parameters: parameters.trim() }
}

const words = (parameters: string): readonly string[] =>
  parameters
    .split(/[;,\s]+/)
    .filter((word) => word !== '')
    .slice(0, 64)
const upper = (text: string): string => text.toUpperCase()
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]
const withoutStar = (text: string): string => text.replace(/\*$/, '')
const parseFact = (word: string) => ({
  name: withoutStar(word).toLowerCase(),
  enabled: word.endsWith('*'),
})
