/** Which software a text names: tables of marks, tried in order, the first that fits wins. */
import type { Product } from '../model/service.ts'
import { type CpePart, cpe } from './cpe.ts'

export interface SoftwareName {
  readonly vendor: string
  readonly name: string
  /**
   * As the dictionary has it; null where none is registered or none is sure. `versioned: 'no'` where the version that is
   * printed is not that of the registered product.
   */
  readonly cpe: {
    readonly vendor: string
    readonly product: string
    readonly part?: CpePart
    readonly versioned?: 'no'
  } | null
}

export interface SoftwareMark extends SoftwareName {
  /** First group: version. Second: patch level, the update of the CPE name. Quantifiers are bounded. */
  readonly text: RegExp
  /** 0 to 1; 0.9 where nothing is said. */
  readonly confidence?: number
}

const maxText = 2048

/** The product that the first fitting mark names, as the `from` signal told; null when no mark fits. */
export function findSoftware(
  marks: readonly SoftwareMark[],
  text: string,
  from: string,
): Product | null {
  const bounded = text.slice(0, maxText)
  for (const mark of marks) {
    const match = mark.text.exec(bounded)
    if (match) return productOf(mark, match[1] ?? null, match[2] ?? null, mark.confidence, [from])
  }
  return null
}

export const productOf = (
  named: SoftwareName,
  version: string | null,
  update: string | null,
  confidence = 0.9,
  from: readonly string[],
): Product => ({
  vendor: named.vendor,
  name: named.name,
  version: version === null ? null : `${version}${update ?? ''}`,
  cpe: cpeOf(named, version, update),
  confidence,
  from,
})

function cpeOf({ cpe: registered }: SoftwareName, version: string | null, update: string | null) {
  if (registered === null) return null
  const versioned = registered.versioned !== 'no'
  return cpe(
    registered.vendor,
    registered.product,
    versioned ? version : null,
    versioned ? update : null,
    registered.part,
  )
}
