/** OpenVMS: `NAME.TXT;1  3/4  21-NOV-2026 09:00:00  [GROUP,OWNER]  (RWED,RWED,RE,)`; sizes are blocks of 512 bytes. */
import { entry, isoDate, isoTime, type ListingParser, parseMonth } from './entry.ts'

const shape =
  /^\s*([^\s;]{1,255});(\d{1,5})\s+(\d{1,12})(?:\/\d{1,12})?\s+(\d{1,2})-([A-Za-z]{3})-(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(?:\s+\[([^\]]{0,64})\])?(?:\s+\(([^)]{0,64})\))?\s*$/

export const vms: ListingParser = {
  dialect: 'vms',
  recognises: (line) => /^\s*[^\s;]{1,255};\d{1,5}(?:\s|$)/.test(line),
  parse(line) {
    const found = shape.exec(line)
    if (!found) return undefined
    const [, name = '', , , day = '', month = '', year = '', hour = '', minute = '', second] = found
    const date = isoDate(year, parseMonth(month) ?? '', day)
    const time = isoTime(hour, minute, second)
    if (!date || !time) return undefined
    const isDirectory = /\.dir$/i.test(name)
    const [group = null, owner = null] = found[10]?.split(',') ?? []
    return entry(
      'vms',
      isDirectory ? 'directory' : 'file',
      isDirectory ? name.slice(0, -4) : name,
      {
        // The last block is seldom full, so blocks are no size in bytes.
        modified: date + time,
        owner: owner ?? group,
        group: owner === null ? null : group,
      },
    )
  },
}
