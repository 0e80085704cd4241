/** The way out for everything a scan finds: one at a time, in order, with word back when it was taken. */
import type { Gap } from '../model/gap.ts'
import type { Sighting } from '../model/sighting.ts'

const gapKeysLimit = 10_000

export class Teller {
  readonly #emit: (sighting: Sighting) => Promise<void> | void
  /** After each that was taken, and where one was not. */
  readonly #heard: { taken(): void; failed(error: unknown): void }
  readonly #gapKeys: Set<string>
  #last: Promise<void> = Promise.resolve()
  #backlog = 0
  #broken = false

  constructor(
    emit: (sighting: Sighting) => Promise<void> | void,
    heard: { taken(): void; failed(error: unknown): void },
    gapKeys: readonly string[],
  ) {
    this.#emit = emit
    this.#heard = heard
    this.#gapKeys = new Set(gapKeys)
  }

  /** Sightings that were handed over and not yet taken. */
  get backlog(): number {
    return this.#backlog
  }

  /** Of the gaps that were told, so that they are told once. */
  get gapKeys(): readonly string[] {
    return [...this.#gapKeys]
  }

  /** `then` runs when it was taken; after a failure nothing more goes out. */
  tell(sighting: Sighting, then: () => void): void {
    this.#backlog++
    this.#last = this.#last.then(async () => {
      if (this.#broken) return
      try {
        await this.#emit(sighting)
        this.#backlog--
        then()
        this.#heard.taken()
      } catch (error) {
        this.#broken = true
        this.#heard.failed(error)
      }
    })
  }

  tellGap(said: Gap): void {
    if (this.#gapKeys.has(said.key)) return
    if (this.#gapKeys.size < gapKeysLimit) this.#gapKeys.add(said.key)
    this.tell({ kind: 'gap', gap: said }, () => {})
  }

  /** Everything that was handed over so far is out. */
  settled(): Promise<void> {
    return this.#last
  }
}
