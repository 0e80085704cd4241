import { expect, test } from 'vitest'
import { reachTo } from '../../socket-world.test.data.ts'
import { assessed, assessing } from '../../testing/ftp-assessing.ts'
import { assessFtp } from '../assess.ts'

const points = ['tls'] as const

test('are asked on request, on connections that all say AUTH first', async () => {
  const { answer, found, server } = await assessed(
    { tls: 'offered', anonymous: 'no' },
    { points, tlsOffers: 'ask' },
  )
  expect(answer('tls-old-version')).toBe('no refused')
  expect(answer('tls-weak-cipher')).toBe('no refused')
  expect(found.tls?.offers).toMatchObject({ 'TLSv1.1': 'no', 'TLSv1.3': 'yes' })
  expect(found.tls?.weakCiphers).toEqual([])
  expect(server.connections()).toBeLessThanOrEqual(4 + 5)
  expect(server.peak()).toBeLessThanOrEqual(2)
})

test('are unknown unasked', async () => {
  const { answer, found } = await assessed({ tls: 'offered', anonymous: 'no' }, { points })
  expect(answer('tls-old-version')).toBe('unknown not-asked')
  expect(found.tls?.offers).toMatchObject({ 'TLSv1.1': 'unknown', 'TLSv1.3': 'yes' })
})

test('are not asked where there is no TLS', async () => {
  const { answer, server } = await assessed({ anonymous: 'no' }, { points, tlsOffers: 'ask' })
  expect(answer('tls-old-version')).toBe('unknown no-tls')
  expect(server.connections()).toBe(1)
})

test('leave the server time to notice that the one before has ended', async () => {
  const { server } = await assessed({ tls: 'offered', anonymous: 'no' }, { points: ['product'] })
  const reach = reachTo('127.0.0.1')
  const done: string[] = []
  const watched = {
    ...reach,
    async dial(port: number, milliseconds: number) {
      done.push('dial')
      return reach.dial(port, milliseconds)
    },
    async wait(milliseconds: number) {
      if (milliseconds >= 100) done.push('wait')
      return reach.wait(milliseconds)
    },
  }
  await assessFtp(watched, server.port, { ...assessing, points, tlsOffers: 'ask' })
  expect(done.join(' ')).toMatch(/dial(?: wait dial){2,4}$/)
})
