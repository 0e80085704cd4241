import { expect, test } from 'vitest'
import { writeFault } from './lake-folder.ts'

const failed = (message: string, code?: string) => Object.assign(new Error(message), { code })

test.each([
  { cause: failed('ENOSPC: no space left on device, write', 'ENOSPC'), says: 'no room left' },
  { cause: failed('database or disk is full', 'ERR_SQLITE_ERROR'), says: 'no room left' },
  {
    cause: failed('IO Error: Could not write file "x": No space left on device'),
    says: 'no room left',
  },
  { cause: failed('EROFS: read-only file system', 'EROFS'), says: 'permission to write' },
  {
    cause: failed('attempt to write a readonly database', 'ERR_SQLITE_ERROR'),
    says: 'permission to write',
  },
  { cause: failed('EIO: i/o error, fsync', 'EIO'), says: 'cannot be written (EIO)' },
  { cause: failed('IO Error: odd\nmore'), says: 'cannot be written (IO Error: odd)' },
])('$cause.message', ({ cause, says }) => {
  expect(writeFault(cause)).toContain(says)
})

test('a fault of ours stays one', () => {
  expect(writeFault(new TypeError('x is not a function'))).toBeNull()
})
