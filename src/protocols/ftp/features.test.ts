import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { wire } from '../../../test/ftp-wire.ts'
import { hasFeature, parseFeatures } from './features.ts'
import { type Reply, readReplies, replyStart } from './reply.ts'

const reply = (text: string): Reply => {
  const [outcome] = readReplies(replyStart, text).outcomes
  if (outcome?.kind !== 'reply') throw new Error(`no reply: ${text}`)
  return outcome.reply
}

test('features with their parameters, in the order given', () => {
  const features = parseFeatures(
    reply(
      '211-Features:\r\n AUTH TLS;SSL\r\n AUTH TLS-C\r\n MLST type*;size*;UNIX.mode;\r\n PROT C;P;\r\n REST STREAM\r\n LANG en*;fr\r\n HASH SHA-1*;MD5\r\n utf8\r\n211 End\r\n',
    ),
  )
  expect(features).toMatchObject({
    auth: ['TLS', 'SSL', 'TLS-C'],
    facts: [
      { name: 'type', enabled: true },
      { name: 'size', enabled: true },
      { name: 'unix.mode', enabled: false },
    ],
    protection: ['C', 'P'],
    languages: ['en', 'fr'],
    hashes: ['SHA-1', 'MD5'],
  })
  expect(features?.list.map(({ name }) => name).join()).toBe(
    'AUTH,AUTH,MLST,PROT,REST,LANG,HASH,UTF8',
  )
  expect(features && hasFeature(features, 'UTF8')).toBe(true)
})

test.each([
  [
    'lines that carry the code',
    '211-Features\r\n211-MDTM\r\n211-SIZE\r\n211 End\r\n',
    ['MDTM', 'SIZE'],
  ],
  ['lines without a space', '211-Features\r\nMDTM\r\n211 End\r\n', ['MDTM']],
  ['no features', '211 no features\r\n', undefined],
  ['not understood', '500 FEAT not understood\r\n', undefined],
])('%s', (_, text, names) => {
  expect(parseFeatures(reply(text))?.list.map(({ name }) => name)).toEqual(names)
})

test('nothing throws', () => {
  fc.assert(
    fc.property(fc.array(wire, { maxLength: 20 }), (lines) => {
      for (const { name } of parseFeatures({ code: 211, lines, faults: [] })?.list ?? [])
        expect(name).toMatch(/^[!-~]{1,32}$/)
    }),
    { numRuns: 100 },
  )
})

test('the list is bounded', () => {
  const lines = Array.from({ length: 400 }, (_, i) => ` X${i}`)
  expect(parseFeatures({ code: 211, lines, faults: [] })?.list).toHaveLength(256)
})
