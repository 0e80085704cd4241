import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAddress } from '../model/address.ts'
import { gap } from '../model/gap.ts'
import { ports } from '../model/port-set.ts'
import { type Found, openJournal } from './journal.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-journal-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const probe = (text: string, port: number): Found => {
  const address = parseAddress(text)
  if (!address) throw new TypeError(text)
  return {
    kind: 'probe',
    address,
    ports: ports(port),
    transport: 'tcp',
    seen: 1,
    outcome: 'closed',
  }
}

test('what was synced is read back as it was, IPv6 included; what came after it is cut', async () => {
  const path = join(folder, 'a')
  const found = [probe('127.0.0.1', 21), probe('2001:db8:ffff:d800::1', 22)]
  const first = await openJournal(path, 0)
  for (const one of found) await first.append(one)
  const bytes = await first.sync()
  await first.append(probe('127.0.0.9', 99))
  await first.sync()
  await first.close()
  const second = await openJournal(path, bytes)
  const read: Found[] = []
  for await (const one of second.read()) read.push(one)
  expect(read).toEqual(found)
  await second.append(probe('127.0.0.3', 23))
  expect(await second.sync()).toBeGreaterThan(bytes)
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(4)
  await second.remove()
  await expect(readFile(path)).rejects.toThrow('ENOENT')
})

test('a journal shorter than its checkpoint says is no journal of it', async () => {
  const path = join(folder, 'b')
  await writeFile(path, '{}\n')
  await expect(openJournal(path, 100)).rejects.toThrow('shorter')
})

test('names with the line ends of Unicode are read back, in many lines', async () => {
  const path = join(folder, 'c')
  const name = 'a\u2028b\u2029c\u0085d'
  const found: Found[] = Array.from({ length: 3000 }, (_, n) => ({
    kind: 'gap',
    gap: { ...gap('look-failed', `${name} ${n} ${'ü'.repeat(50)}`, null, `${n}`) },
  }))
  const first = await openJournal(path, 0)
  for (const one of found) await first.append(one)
  const bytes = await first.sync()
  await first.close()
  const second = await openJournal(path, bytes)
  const read: Found[] = []
  for await (const one of second.read()) read.push(one)
  expect(read).toEqual(found)
  await second.remove()
})
