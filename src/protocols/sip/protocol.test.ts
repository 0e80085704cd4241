import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { sip } from './protocol.ts'

const probe = wireOf(sip.probe ?? new Uint8Array())
const answered = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

const servers = [
  {
    server: 'Server: Asterisk PBX 16.2.1~dfsg-1',
    name: 'Asterisk',
    version: '16.2.1',
    cpe: 'cpe:2.3:a:digium:asterisk:16.2.1:*:*:*:*:*:*:*',
  },
  {
    server: 'Server: FPBX-15.0.16.75(16.13.0)',
    name: 'FreePBX',
    version: '16.13.0',
    cpe: 'cpe:2.3:a:digium:asterisk:16.13.0:*:*:*:*:*:*:*',
  },
  {
    server: 'User-Agent: FreeSWITCH-mod_sofia/1.10.3-release+git~20200504',
    name: 'FreeSWITCH',
    version: '1.10.3-release',
    cpe: 'cpe:2.3:a:freeswitch:freeswitch:1.10.3-release:*:*:*:*:*:*:*',
  },
  {
    server: 'Server: kamailio (5.3.2 (x86_64/linux))',
    name: 'Kamailio',
    version: '5.3.2',
    cpe: 'cpe:2.3:a:kamailio:kamailio:5.3.2:*:*:*:*:*:*:*',
  },
  {
    server: 'Server: OpenSIPS (2.4.9 (x86_64/linux))',
    name: 'OpenSIPS',
    version: '2.4.9',
    cpe: 'cpe:2.3:a:opensips:opensips:2.4.9:*:*:*:*:*:*:*',
  },
  {
    server: 'Server: Cisco-SIPGateway/IOS-15.4.3.M3',
    name: 'Cisco IOS SIP gateway',
    version: '15.4.3.M3',
    cpe: 'cpe:2.3:o:cisco:ios:15.4.3.m3:*:*:*:*:*:*:*',
  },
]

test.each(servers)('$server is $name $version', ({ server, name, version, cpe }) => {
  const bytes = answered('SIP/2.0 200 OK', 'CSeq: 1 OPTIONS', server, 'Allow: INVITE, ACK')
  expect(foundBy(sip, { sent: probe, bytes })).toMatchObject({
    protocol: 'sip',
    product: { name, version, cpe },
    evidence: [{ line: 'SIP/2.0 200 OK' }],
    details: expect.arrayContaining([['methods', 'INVITE, ACK']]),
  })
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  {
    name: 'a proxy that says the hops are used up',
    sent: probe,
    bytes: answered('SIP/2.0 483 Too Many Hops'),
    is: 'is',
  },
  { name: 'a head that is not whole', sent: probe, bytes: 'SIP/2.0 200 OK\r\n', is: 'more' },
  { name: 'HTTP', sent: probe, bytes: answered('HTTP/1.1 400 Bad Request'), is: 'not' },
  { name: 'nothing', sent: probe, bytes: '', ended: true, is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(sip, said).kind).toBe(is)
})

test('the probe asks what is offered, and goes no further', () => {
  expect(probe).toMatch(/^OPTIONS sip:portreeve\.invalid SIP\/2\.0\r\n/)
  expect(probe).toContain('Max-Forwards: 0\r\n')
  expect(probe).toContain('User-Agent: portreeve\r\n')
  expect(probe).toMatch(/Content-Length: 0\r\n\r\n$/)
})

describe('the laws of hearing', () => {
  testHearing(sip, [
    ...servers.map(({ server }) => ({ sent: probe, bytes: answered('SIP/2.0 200 OK', server) })),
    ...others,
  ])
})
