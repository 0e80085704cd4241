/** Sizes in bytes of decoded (decompressed, UTF-8) text. */
export interface Limits {
  /** Documents up to this size are parsed whole; longer ones come in parts. */
  readonly wholeBytes: number
  /**
   * About how much text makes a part. Strings beyond 1 MB live outside the heap of V8, where they outlast their use: half
   * that is fastest, and takes half the memory of parts of 4 MiB.
   */
  readonly partBytes: number
  /** A single element, or member of the top-level object, beyond this is a gap. */
  readonly elementBytes: number
  /** What a compressed document may grow to. */
  readonly decompressedBytes: number
}

export const defaultLimits: Limits = {
  wholeBytes: 64 * 2 ** 20,
  partBytes: 2 ** 19,
  elementBytes: 256 * 2 ** 20,
  decompressedBytes: 16 * 2 ** 30,
}
