import { expect, test } from 'vitest'
import { parseAddress } from '../model/address.ts'
import type { TransferredFile } from '../model/observation.ts'
import { serviceChecks } from './index.ts'
import { transferChecks, transfersFinding } from './transfers-seen.ts'

const address = parseAddress('10.0.0.5')
if (!address) throw new TypeError('no address')
const file = (name: string): TransferredFile => ({
  command: 'RETR',
  name,
  nameBase64: null,
  bytes: 12,
  complete: true,
  type: null,
  category: 'database',
  sha256: null,
})

test('every check that transfers are findings of is in the registry', () => {
  const ids = serviceChecks.map(({ id }) => id)
  for (const id of Object.keys(transferChecks)) expect(ids).toContain(id)
})

test('names the first files and counts the others', () => {
  const check = serviceChecks.find(({ id }) => id === 'ftp-server-sensitive-files')
  if (!check) throw new TypeError('no such check')
  const files = Array.from({ length: 12 }, (_, n) => file(`dump-${n}.sql`))
  const seen = {
    server: { address, port: 21 },
    files,
    count: 30,
    at: [{ document: 'a.pcap', packet: 4 }],
  }
  const { because = [], ...finding } = transfersFinding(check, seen, {
    run: 'r',
    network: 'site',
    vantage: 'v',
  })
  expect(finding).toMatchObject({ status: 'fail', resource: { id: 'site/10.0.0.5:21/tcp' } })
  expect(because).toHaveLength(12)
  expect(because[0]?.text).toBe('30 such files were transferred')
  expect(because[1]?.text).toBe('RETR dump-0.sql (database, 12 bytes)')
  expect(because.at(-1)?.text).toBe('and 20 more')
})
