import { describe, expect, test } from 'vitest'
import { foundBy, hearing, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { winrm } from './protocol.ts'

const probe = wireOf(winrm.probe ?? new Uint8Array())

/** As DSP0226 §11 and MS-WSMV have it. */
const identity = (vendor: string, version: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion><wsmid:ProductVendor>${vendor}</wsmid:ProductVendor><wsmid:ProductVersion>${version}</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body></s:Envelope>`
const answered = (server: string, body: string): string =>
  [
    'HTTP/1.1 200 ',
    'Content-Type: application/soap+xml;charset=UTF-8',
    ...(server === '' ? [] : [`Server: ${server}`]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')

const windows = answered(
  'Microsoft-HTTPAPI/2.0',
  identity('Microsoft Corporation', 'OS: 0.0.0 SP: 0.0 Stack: 3.0'),
)
const omi = answered('', identity('Open Management Infrastructure', '1.6.8-0'))
const login =
  'HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\nWWW-Authenticate: Negotiate\r\n\r\n'

test('Windows says who it is', () => {
  expect(foundBy(winrm, { sent: probe, bytes: windows })).toMatchObject({
    protocol: 'winrm',
    product: { vendor: 'Microsoft', name: 'Windows Remote Management', from: ['wsman-identify'] },
    details: expect.arrayContaining([['management stack', 'OS: 0.0.0 SP: 0.0 Stack: 3.0']]),
  })
})

test('what answers on Linux says who it is', () => {
  expect(foundBy(winrm, { sent: probe, bytes: omi })).toMatchObject({
    protocol: 'winrm',
    product: {
      name: 'Open Management Infrastructure',
      version: '1.6.8',
      cpe: 'cpe:2.3:a:microsoft:open_management_infrastructure:1.6.8:*:*:*:*:*:*:*',
    },
  })
})

test.each([
  { name: 'a demand to log in tells', bytes: login, is: 'is' },
  { name: 'the body is waited for', bytes: windows.slice(0, -5), is: 'more' },
  {
    name: 'the body is waited for where its length is not told',
    bytes: windows.replace(/Content-Length: \d+\r\n/, '').slice(0, -5),
    is: 'more',
  },
  {
    name: 'and ends with its envelope',
    bytes: windows.replace(/Content-Length: \d+\r\n/, ''),
    is: 'is',
  },
  {
    name: 'any other HTTP is left to http',
    bytes: 'HTTP/1.1 404 Not Found\r\nServer: nginx\r\n\r\n',
    is: 'not',
  },
  { name: 'no HTTP', bytes: 'SSH-2.0-x\r\n', is: 'not' },
])('$name', ({ bytes, is }) => {
  expect(hearing(winrm, { sent: probe, bytes }).kind).toBe(is)
})

test('the probe is an Identify that names us and gives the length of its body', () => {
  const [head = '', body = ''] = probe.split('\r\n\r\n')
  expect(head).toMatch(/^POST \/wsman HTTP\/1\.1\r\n/)
  expect(head).toContain('User-Agent: portreeve')
  expect(head).toContain(`Content-Length: ${body.length}`)
  expect(body).toContain('<wsmid:Identify/>')
})

describe('the laws of hearing', () => {
  testHearing(winrm, [
    { sent: probe, bytes: windows },
    { sent: probe, bytes: omi },
    { sent: probe, bytes: login },
  ])
})
