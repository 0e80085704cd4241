import { describe, expect, test } from 'vitest'
import { ascii, heard, hex, holdsTheLaws } from '../../../test/protocol-laws.ts'
import { uint, zeros } from '../bytes.ts'
import { sqlserver } from './protocol.ts'
import { productOf } from './releases.ts'

const response = (version: string, encryption = '00') =>
  hex(`0401 0025 0000 01 00
    00 0015 0006  01 001b 0001  02 001c 0001  03 001d 0000  ff
    ${version} 0000  ${encryption} 00`)
const answers = [
  { name: '2019', bytes: response('0f00 1043'), release: '2019', encryption: 'login only' },
  {
    name: '2022, encryption required',
    bytes: response('1000 03e8', '03'),
    release: '2022',
    encryption: 'required',
  },
  {
    name: '2016 SP2',
    bytes: response('0d00 13a2', '02'),
    release: '2016 SP2',
    encryption: 'not supported',
  },
]

describe('SQL Server', () => {
  test.each(answers)('$name', ({ bytes, release, encryption }) => {
    expect(sqlserver.hear(heard({ sent: sqlserver.probe, bytes }))).toMatchObject({
      kind: 'is',
      recognised: {
        protocol: 'sqlserver',
        product: { vendor: 'Microsoft' },
        details: [
          ['release', release],
          ['encryption', encryption],
        ],
      },
    })
  })

  test.each([
    ['17.0.1000', 'SQL Server 2025', 'sql_server_2025:17.0.1000:*'],
    ['15.0.4355', 'SQL Server 2019', 'sql_server_2019:15.0.4355:*'],
    ['12.0.6024', 'SQL Server 2014', 'sql_server:2014:sp3'],
    ['11.0.2100', 'SQL Server 2012', 'sql_server:2012:*'],
    ['10.50.1600', 'SQL Server 2008 R2', 'sql_server:2008_r2:*'],
    ['10.0.6000', 'SQL Server 2008', 'sql_server:2008:sp4'],
    ['8.0.2039', 'SQL Server 2000', 'sql_server:2000:sp4'],
  ])('%s', (version, name, named) => {
    expect(productOf(version)).toMatchObject({ name, version })
    expect(productOf(version).cpe).toBe(`cpe:2.3:a:microsoft:${named}:*:*:*:*:*:*`)
  })

  test('a build that Azure shares, and a release of the future, have no name in the dictionary', () => {
    expect(productOf('12.0.2000')).toMatchObject({ name: 'SQL Server', cpe: null })
    expect(productOf('99.0.1')).toMatchObject({ name: 'SQL Server', version: '99.0.1', cpe: null })
  })

  test('the question says its own length, and where its values are', () => {
    const probe = sqlserver.probe ?? zeros(0)
    expect(uint(probe, 2, 2)).toBe(probe.length)
    expect(uint(probe, 8 + 21, 2)).toBe(38)
    expect(probe.length).toBe(8 + 39)
  })

  test.each([
    ['a packet that is too short', hex('0401 0013 0000 0100')],
    ['a packet that is too long', hex('0401 7000 0000 0100')],
    ['a version of another size', hex('0401 0025 0000 0100 00 0015 0005')],
    ['a first option that is no version', hex('0401 0025 0000 0100 01 0015 0006')],
    ['a packet that is not the last', hex('0400 0025 0000 0100')],
    ['an echo', sqlserver.probe ?? zeros(0)],
    [
      'a value beyond the end',
      hex('0401 0017 0000 0100 00 0015 0006 01 0080 0001 ff 0f0010430000'),
    ],
    ['options without an end', hex('0401 0014 0000 0100 00 0006 0006 01 0006 0001 0f0010')],
    ['text', ascii('\x04\x01hello world, this is no packet')],
  ])('not SQL Server: %s', (_, bytes) => {
    expect(sqlserver.hear(heard({ sent: sqlserver.probe, bytes }, true))).toEqual({ kind: 'not' })
    expect(sqlserver.hear(heard({ sent: sqlserver.probe, bytes }))).toEqual({ kind: 'not' })
  })
})

holdsTheLaws(
  sqlserver,
  answers.map(({ bytes }) => ({ sent: sqlserver.probe, bytes })),
)
