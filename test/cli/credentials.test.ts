/** The credentials file: what is wrong is told with its place, and never with what stands there. */
import { expect, test } from 'vitest'
import { readCredentials } from '../../src/cli/credentials-file.ts'
import { type Edges, UsageError } from '../../src/cli/edges.ts'
import { parseAddress } from '../../src/model/address.ts'
import { contains } from '../../src/model/address-set.ts'

const secret = 'canary-7f3a'
const edges = (text: string, mode = 0o100600): Edges =>
  ({
    readText: async () => text,
    fileMode: async () => mode,
  }) as unknown as Edges
const file = (entry: unknown): string => JSON.stringify({ credentials: [entry] })
const good = { target: '10.0.0.0/30', port: 2121, user: 'audit', password: secret }

test('one account for one target, over TLS unless it says clear', async () => {
  const [account] = await readCredentials('c.json', edges(file(good)))
  expect(account).toMatchObject({ port: 2121, user: 'audit', password: secret, clear: false })
  const inside = parseAddress('10.0.0.3')
  expect(account && inside && contains(account.addresses, inside)).toBe(true)
})

test.each([
  ['others may read it', file(good), 0o100640, /mode 0640.*chmod 600 c\.json/],
  ['not JSON', `{"credentials": [${secret}`, 0o600, /^c\.json: not JSON$/],
  ['no account', '{"credentials": []}', 0o600, /^c\.json \/credentials: /],
  ['no user', file({ ...good, user: undefined }), 0o600, /^c\.json \/credentials\/0\/user: /],
  [
    'a name for a target',
    file({ ...good, target: 'ftp.example.com' }),
    0o600,
    /\/target: not an address/,
  ],
  [
    'a password of two lines',
    file({ ...good, password: `${secret}\r\nDELE x` }),
    0o600,
    /\/password: /,
  ],
  ['a word too much', file({ ...good, [secret]: 1 }), 0o600, /\/credentials\/0/],
])('%s', async (name, text, mode, message) => {
  const error = await readCredentials('c.json', edges(text, mode)).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UsageError)
  expect(String((error as Error).message)).toMatch(message)
  if (name !== 'a word too much') expect((error as Error).message).not.toContain(secret)
})
