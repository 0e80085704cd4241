/** Every real server in every configuration, scanned: what is said of it is what it is, or that it could not be told. */
import { expect, test } from 'vitest'
import { describeServers } from '../servers/describe.ts'
import type { ExpectedFtp } from '../servers/expected.ts'
import { matrix } from '../servers/matrix.ts'
import type { Running } from '../servers/running.ts'
import { type SeenFtp, type SeenService, scan } from './scanned.ts'

/** Our second address: a server that is asked to bounce connects to it, and to nothing else. */
const second = '127.77.0.1'

for (const row of matrix)
  describeServers(row.name, row, row.start, (server) => {
    test('is named and assessed as it is', async () => {
      const seen = await only(server(), '--prove-writable', '--bounce-address', second)
      const { expected } = server()
      expect(seen.protocol).toBe(expected.protocol)
      expect(seen.recognition).toBe(expected.protocol === 'ftp' ? 'ftp' : 'not-ftp')
      nameOf(seen, expected)
      if (expected.ftp && seen.ftp) assessed(seen.ftp, expected.ftp)
      else expect(seen.ftp).toBeNull()
    })
  })

for (const row of matrix.filter(({ name }) => /upload|drop|everywhere/.test(name)))
  describeServers(`${row.name}, nothing proved`, row, row.start, (server) => {
    test('is never told not to be writable', async () => {
      const seen = await only(server())
      expect(server().expected.ftp?.writable).not.toEqual([])
      expect(['inferred', 'unknown']).toContain(seen.ftp?.writable)
      if (seen.ftp?.writable === 'unknown') expect(seen.ftp.writableDirectories).toBeNull()
    })
  })

async function only(
  { address, port }: Running,
  ...options: readonly string[]
): Promise<SeenService> {
  const { services, err } = await scan(address, '--ports', String(port), ...options)
  expect(err).toBe('')
  expect(services).toHaveLength(1)
  return services[0] as SeenService
}

/** Never a wrong name; the right one wherever the server tells it to somebody who has not logged in. */
function nameOf(
  { product }: SeenService,
  { product: name, version, names }: Running['expected'],
): void {
  const early = ['greeting', 'feat', 'help']
  if (early.includes(names.product)) expect(product?.name).toBe(name)
  else if (product) expect(product.name).toBe(name)
  if (early.includes(names.version)) expect(product?.version).toBe(version)
  else if (product?.version) expect(product.version).toBe(version)
}

function assessed(seen: SeenFtp, expected: ExpectedFtp): void {
  const { anonymous, explicitTls, implicitTls } = expected
  const isBanning = expected.bansAfter !== null
  const told = {
    anonymous: seen.anonymous,
    explicitTls: seen.explicitTls,
    implicitTls: seen.implicitTls,
  }
  if (isBanning) expect([anonymous, 'unknown']).toContain(seen.anonymous)
  else expect(told).toEqual({ anonymous, explicitTls, implicitTls })
  never(seen.tlsRequired, expected.tlsRequired === 'no' ? 'no' : 'yes')
  never(seen.clearLoginAnonymous, expected.clearLoginAnonymous)
  never(seen.clearLoginAccounts, expected.clearLoginAccounts)
  if (isBanning) return
  if (anonymous === 'yes') {
    if (expected.writable.length > 0) expect(seen.writable).toBe('proved')
    else expect(['no', 'unknown']).toContain(seen.writable)
    const listed = (seen.files ?? []).map(({ path, bytes }) => ({ path, bytes })).sort(byPath)
    expect(listed).toEqual([...expected.files].sort(byPath))
    expect(seen.passiveAddress).toBe(expected.passiveAddress)
    expect(seen.bounce).toBe(expected.bounce)
    expect(seen.cleanUp.map(({ removed }) => removed)).toEqual(
      expected.writable.length > 0
        ? seen.cleanUp.map(() => expected.anonymousRemoves === 'yes')
        : [],
    )
  } else {
    expect(seen.writable).toBe('unknown')
    expect(seen.files).toBeNull()
  }
  proven(seen)
}

/** May be unknown, and never the contrary. */
const never = (seen: string, truth: string): void => expect(['unknown', truth]).toContain(seen)

/** A yes or no stands on lines that are there. */
function proven({ checks, transcript }: SeenFtp): void {
  const lines = new Set(transcript.map(({ n }) => n))
  for (const { id, answer, lines: proof } of checks) {
    if (answer !== 'unknown') expect(proof, id).not.toEqual([])
    for (const n of proof) expect(lines, id).toContain(n)
  }
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : 1
