/** Wire text of bytes, as `wireOf` makes it, by the platform's faster way. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
