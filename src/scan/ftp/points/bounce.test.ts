import { expect, test } from 'vitest'
import { addressOf } from '../../socket-world.test.data.ts'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'

const second = '127.0.0.99'
const options = { points: ['bounce'], bounceAddress: addressOf(second) } as const

test.each([
  {
    name: 'the server connects to our second address',
    fake: { port: 'foreign' },
    answer: 'yes connection-arrived',
  },
  {
    name: 'the server connects, whatever it says then',
    fake: { port: 'foreign', closing: '551 Transfer failed' },
    answer: 'yes connection-arrived',
  },
  { name: 'PORT is refused', fake: { port: 'own' }, answer: 'no refused' },
  {
    name: 'a 200 alone proves nothing',
    fake: { port: 'silent' },
    answer: 'unknown nothing-arrived',
  },
  {
    name: 'the listing is refused',
    fake: { port: 'foreign', listing: 'refused', features: [] },
    answer: 'no refused',
  },
  {
    name: 'a temporary no is none',
    fake: { say: { PORT: '425 Not now' } },
    answer: 'unknown not-accepted',
  },
] as const)('$name', async ({ fake, answer }) => {
  const assessment = await assessed(fake, options)
  expect(assessment.answer('bounce')).toBe(answer)
  const named = assessment.sent.filter((line) => /^(?:PORT|EPRT)/.test(line))
  expect(named.length).toBeGreaterThan(0)
  expect(named.every((line) => line.startsWith(`PORT ${second.replaceAll('.', ',')},`))).toBe(true)
})

test('the arrival is the proof', async () => {
  const { found } = await assessed({ port: 'foreign' }, options)
  expect(proofOf(found, 'bounce').join('\n')).toMatch(
    /^PORT 127,0,0,99,[\s\S]*^bounced: a connection from the server arrived at port \d+$/m,
  )
})

test('nobody is named unasked', async () => {
  const { answer, sent } = await assessed({ port: 'foreign' }, { points: ['bounce', 'passive'] })
  expect(answer('bounce')).toBe('unknown not-asked')
  expect(answer('bounce-privileged')).toBe('unknown not-asked')
  expect(sent.filter((line) => /^(?:PORT|EPRT)/.test(line))).toEqual([])
})

test('a privileged port is asked for like any other, where we may listen on one', async () => {
  const { answer } = await assessed({ port: 'own' }, options)
  expect(['no refused', 'unknown no-listener']).toContain(answer('bounce-privileged'))
})

test('an address of the other family cannot be named', async () => {
  const { answer } = await assessed({}, { ...options, bounceAddress: addressOf('::1') })
  expect(answer('bounce')).toBe('unknown other-address-family')
})
