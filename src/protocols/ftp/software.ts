/**
 * Which FTP server this is, from what it says: greeting, SYST, FEAT, HELP, wording of replies. Only marks that no other
 * known product shares; a greeting can be changed, so wording that agrees raises the confidence and wording that
 * contradicts lowers it.
 */
import { type Features, hasFeature, parseFeatures } from './features.ts'
import { type Mark, type Product, products } from './products.ts'
import type { Reply } from './reply.ts'
import { readWire } from './wire.ts'

export const signals = ['banner', 'syst', 'feat', 'help', 'wording'] as const
export type Signal = (typeof signals)[number]

/** What a server said. Null: not asked, or not seen. */
export interface Said {
  readonly greeting: Reply | null
  readonly syst: Reply | null
  readonly feat: Reply | null
  readonly help: Reply | null
  /** Any other replies, such as refusals. */
  readonly others: readonly Reply[]
}
export const nothingSaid: Said = { greeting: null, syst: null, feat: null, help: null, others: [] }

export interface Identity {
  readonly name: string
  readonly vendor: string
  readonly version: string | null
  /** CPE 2.3 formatted string; null where no name is registered. */
  readonly cpe: string | null
  /** 0 to 1. */
  readonly confidence: number
  /** In the order of `signals`. */
  readonly from: readonly Signal[]
}

/** How much one signal alone is worth. A printed name is what an operator may have changed, but seldom to a lie. */
const worth: Record<Signal, number> = {
  banner: 0.9,
  syst: 0.85,
  feat: 0.7,
  help: 0.7,
  wording: 0.6,
}
const maxText = 4096
const maxOthers = 64

/** The likeliest product, or null when nothing sure was said. */
export function identify(said: Said): Identity | null {
  const features = said.feat ? parseFeatures(said.feat) : undefined
  const texts = textsOf(said)
  const found = products
    .flatMap((product) => identityOf(product, texts, features) ?? [])
    .sort((a, b) => b.confidence - a.confidence)
  const [best, next] = found
  if (!best) return null
  if (!next) return best
  // Two products at once: a greeting of one and the wording of another.
  if (next.confidence === best.confidence) return null
  return { ...best, confidence: round(best.confidence * (1 - next.confidence / 2)) }
}

type Texts = Readonly<Record<Signal, readonly string[]>>

function identityOf(
  product: Product,
  texts: Texts,
  features: Features | undefined,
): Identity | undefined {
  const matches = product.marks.flatMap((mark) => {
    const version = matchOf(mark, texts, features)
    return version === undefined ? [] : [{ signal: mark.signal, version }]
  })
  const from = signals.filter((signal) => matches.some((match) => match.signal === signal))
  if (from.length === 0) return undefined
  const version = matches.find((match) => match.version !== null)?.version ?? null
  return {
    name: product.name,
    vendor: product.vendor,
    version,
    cpe: cpeOf(product, version),
    confidence: round(1 - from.reduce((doubt, signal) => doubt * (1 - worth[signal]), 1)),
    from,
  }
}

/** The version when the mark is there, null when it prints none, undefined when the mark is not there. */
function matchOf(
  mark: Mark,
  texts: Texts,
  features: Features | undefined,
): string | null | undefined {
  if ('features' in mark)
    return features && mark.features.every((name) => hasFeature(features, name)) ? null : undefined
  for (const text of texts[mark.signal]) {
    const found = mark.text.exec(text)
    if (found) return found[1] ?? null
  }
  return undefined
}

const textsOf = ({ greeting, syst, feat, help, others }: Said): Texts => ({
  banner: textOf(greeting),
  syst: textOf(syst),
  feat: textOf(feat),
  help: textOf(help),
  // A refusal in place of the greeting, of SYST, FEAT or HELP is wording as well.
  wording: [greeting, syst, feat, help, ...others.slice(0, maxOthers)].flatMap((reply) =>
    textOf(reply).map((text) => `${reply?.code} ${text}`),
  ),
})

const textOf = (reply: Reply | null): readonly string[] =>
  reply ? [readWire(reply.lines.slice(0, 64).join('\n').slice(0, maxText))] : []

/** Names and versions of CPE 2.3: lower case, punctuation escaped (NISTIR 7695 §6.2). */
function cpeOf({ cpe }: Product, version: string | null): string | null {
  if (!cpe) return null
  const [part, vendor, product] = [cpe.part ?? 'a', cpe.vendor, cpe.product].map(quote)
  return `cpe:2.3:${part}:${vendor}:${product}:${version === null ? '*' : quote(version)}:*:*:*:*:*:*:*`
}

const quote = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\s+/g, '_')
    .replace(/[^a-z0-9_.-]/g, '\\$&')

const round = (value: number): number => Math.round(value * 100) / 100
