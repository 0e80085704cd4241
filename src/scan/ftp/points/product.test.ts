import { expect, test } from 'vitest'
import { assessed, proofOf } from '../../testing/ftp-assessing.ts'

const points = ['product'] as const

test.each([
  {
    name: 'a greeting with product and version',
    fake: { greeting: '220 ProFTPD 1.3.8 Server (Debian)' },
    answer: 'yes identified',
    product: { name: 'ProFTPD', version: '1.3.8', from: ['banner'] },
  },
  {
    name: 'a greeting that hides the product, and SYST that tells it',
    fake: { greeting: '220 Welcome', system: '215 Windows_NT' },
    answer: 'yes identified-without-version',
    product: { name: 'Microsoft FTP Service', version: null, from: ['syst'] },
  },
])('$name', async ({ fake, answer, product }) => {
  const assessment = await assessed(fake, { points })
  expect(assessment.answer('product')).toBe(answer)
  expect(assessment.found.product).toMatchObject(product)
  expect(assessment.server.connections()).toBe(1)
})

test('what nothing tells is unknown', async () => {
  const { answer, found } = await assessed({ say: { HELP: '502 no' } }, { points })
  expect(answer('product')).toBe('unknown not-identified')
  expect(found.product).toBeNull()
  expect(found.banner).toBe('Welcome to the FTP server')
  expect(found.ftp.features).toEqual([
    'MLST type*;size*;modify*;perm*;',
    'UTF8',
    'EPSV',
    'REST STREAM',
  ])
})

test('a greeting of many lines is kept whole', async () => {
  const { found } = await assessed(
    { greeting: '220-First\n Second\n220 (vsFTPd 3.0.3)' },
    { points },
  )
  expect(found.banner).toBe('First\n Second\n(vsFTPd 3.0.3)')
  expect(found.product?.version).toBe('3.0.3')
  expect(proofOf(found, 'product')).toEqual(['220-First'])
})

test('a server without FEAT has unknown features', async () => {
  const { found } = await assessed({ features: null }, { points })
  expect(found.ftp.features).toBeNull()
})
