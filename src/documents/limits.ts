/** Sizes in bytes of decoded (decompressed, UTF-8) text. */
export interface Limits {
  /** Documents up to this size are parsed whole; longer ones come in parts. */
  readonly wholeBytes: number
  /** About how much text makes a part. */
  readonly partBytes: number
  /** A single element, or member of the top-level object, beyond this is a gap. */
  readonly elementBytes: number
  /** What a compressed document may grow to. */
  readonly decompressedBytes: number
}

export const defaultLimits: Limits = {
  wholeBytes: 64 * 2 ** 20,
  partBytes: 4 * 2 ** 20,
  elementBytes: 256 * 2 ** 20,
  decompressedBytes: 16 * 2 ** 30,
}
