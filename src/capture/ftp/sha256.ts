import { createHash } from 'node:crypto'
import type { FileHash } from './options.ts'

export function newSha256(): FileHash {
  const hash = createHash('sha256')
  return {
    update: (bytes) => {
      hash.update(bytes)
    },
    digest: () => hash.digest('hex'),
  }
}
