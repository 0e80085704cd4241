/** IBM i (OS/400), list format 0: `OWNER  12345 21/11/26 09:00:00 *STMF  name`; the order of the date is the job's. */
import { entry, type ListingParser, parseBytes } from './entry.ts'

const shape =
  /^(\S{1,10})\s+(?:(\d{1,20})\s+(\d{2})[/.-](\d{2})[/.-](\d{2})\s+(\d{2}):(\d{2}):(\d{2})\s+)?(\*[A-Z0-9]{2,10})\s+([\s\S]+)$/

export const os400: ListingParser = {
  dialect: 'os400',
  recognises: (line) =>
    /^\S{1,10}\s.{0,60}?\s\*[A-Z0-9]{2,10}\s/.test(line) || /^\S{1,10}\s+\*MEM\s/.test(line),
  parse(line) {
    const found = shape.exec(line)
    if (!found) return undefined
    const [, owner = '', size = '', , , , , , , type = '', written = ''] = found
    const isDirectory = directories.has(type) || written.trimEnd().endsWith('/')
    const name = written.trimEnd().replace(/\/$/, '')
    // Whether 09/10/11 is a day of September, October or 2009 depends on the server's settings: the date stays unknown.
    return entry('os400', isDirectory ? 'directory' : type === '*SYMLNK' ? 'link' : 'file', name, {
      bytes: isDirectory ? null : parseBytes(size),
      owner,
    })
  },
}

const directories: ReadonlySet<string> = new Set(['*DIR', '*DDIR', '*LIB', '*FLR', '*FILE'])
