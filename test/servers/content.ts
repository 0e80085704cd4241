/** The same small tree of files on every server: `pub` to read, `upload` to write where a configuration says so. */
import { chmodSync, chownSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExpectedFile } from './expected.ts'
import { isRoot } from './place.ts'

const bytes = (...parts: readonly (string | number)[]): Buffer =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Buffer.alloc(part, 0x20) : Buffer.from(part, 'latin1'),
    ),
  )

const contents: readonly (readonly [path: string, content: Buffer])[] = [
  ['/pub/readme.txt', bytes('Nothing to see here.\n')],
  ['/pub/yearly report.pdf', bytes('%PDF-1.7\n', 991)],
  ['/pub/backup.zip', bytes('PK\x03\x04\x14\x00', 1994)],
  ['/pub/film.mp4', bytes('\x00\x00\x00\x18ftypmp42', 4084)],
  // Not what its name says: an archive.
  ['/pub/photo.jpg', bytes('PK\x03\x04\x14\x00', 594)],
  ['/pub/deep/customers.sql', bytes('CREATE TABLE customer (id integer);\n')],
]

export const contentFiles: readonly ExpectedFile[] = contents.map(([path, content]) => ({
  path,
  bytes: content.length,
}))

/** The user ids of Debian's `daemon` and `www-data`, which are on every such machine. */
export const serverUser = 1
export const anonymousUser = 33

/**
 * Fills a folder with the tree. `upload` belongs to the anonymous account: it alone may write there; `closed` makes it
 * root's.
 */
export function makeContent(folder: string, upload: 'open' | 'closed'): void {
  mkdirSync(join(folder, 'pub/deep'), { recursive: true })
  mkdirSync(join(folder, 'upload'))
  const long = new Date('2025-03-04T05:06:07Z')
  for (const [path, content] of contents) {
    const file = join(folder, path)
    writeFileSync(file, content)
    utimesSync(file, long, long)
  }
  for (const path of ['', 'pub', 'pub/deep', 'upload']) chmodSync(join(folder, path), 0o755)
  if (upload === 'open') own(join(folder, 'upload'), anonymousUser)
}

export function own(path: string, user: number): void {
  if (isRoot) chownSync(path, user, user)
}
