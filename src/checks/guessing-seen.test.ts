import { expect, test } from 'vitest'
import { parseAddress } from '../model/address.ts'
import { type GuessingSeen, guessingCheckId, guessingFinding } from './guessing-seen.ts'
import { serviceChecks } from './index.ts'

const address = (text: string) => {
  const parsed = parseAddress(text)
  if (!parsed) throw new TypeError(text)
  return parsed
}
const seen: GuessingSeen = {
  client: address('10.0.0.9'),
  server: { address: address('10.0.0.5'), port: 2121 },
  failed: 30,
  succeededAfter: 0,
  at: [{ document: 'a.pcap', packet: 17 }],
}
const look = { run: 'r', network: 'site', vantage: 'v' }

test('guessing is a finding of its check, on the server, with who and how often', () => {
  const check = serviceChecks.find(({ id }) => id === guessingCheckId)
  if (!check) throw new TypeError('no such check')
  expect(guessingFinding(check, seen, look)).toMatchObject({
    check: { id: 'ftp-server-guessing' },
    status: 'fail',
    severity: check.severity,
    resource: { id: 'site/10.0.0.5:2121/tcp' },
    because: [{ text: '10.0.0.9 failed to log in 30 times' }],
  })
  expect(guessingFinding(check, { ...seen, succeededAfter: 2 }, look)).toMatchObject({
    severity: 'high',
    because: [{ text: '10.0.0.9 failed to log in 30 times, and then did so 2 times' }],
  })
})
