import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostileFindings, hostileLook, hostileSightings, hostileText } from '../testing/hostile.ts'
import {
  coverage,
  ftpFacts,
  look,
  probe,
  scanOptions,
  service,
  summary,
  written,
} from '../testing/sample.ts'
import { parseXml, validate, type XmlElement } from '../testing/xml.ts'
import { xml } from './xml.ts'

const root = parseXml(written(xml.start(look, scanOptions)))

function* all(element: XmlElement, name: string): Generator<XmlElement> {
  if (element.name === name) yield element
  for (const child of element.children) yield* all(child, name)
}
const portAt = (from: XmlElement, address: string, port: number): XmlElement => {
  const host = [...all(from, 'host')].find((it) =>
    it.children.some((child) => child.attributes['addr'] === address),
  )
  const found = host && [...all(host, 'port')].find((it) => it.attributes['portid'] === `${port}`)
  if (!found) throw new Error(`no ${address}:${port}`)
  return found
}
const scriptsAt = (port: XmlElement): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...all(port, 'script')].map((it) => [it.attributes['id'], it.attributes['output']]),
  )

test('the document is what nmap.dtd says', () => {
  expect(() => validate(root)).not.toThrow()
  expect(root.attributes).toEqual({
    scanner: 'nmap',
    args: 'portreeve scan 203.0.113.0/28 --ports ftp',
    start: '1795251600',
    startstr: 'Sat Nov 21 09:00:00 2026',
    version: '0.1.0',
    xmloutputversion: '1.05',
  })
  expect([...all(root, 'scaninfo')][0]?.attributes).toEqual({
    type: 'connect',
    protocol: 'tcp',
    numservices: '7',
    services: '21-22,443,990,2121,8443,60021',
  })
})

test('the check tells a wrong document from a right one', () => {
  expect(() =>
    parseXml('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<a>&</a>'),
  ).toThrow()
  expect(() =>
    parseXml('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<a>\u0008</a>'),
  ).toThrow('XML 1.0')
  expect(() => validate({ ...root, attributes: {} })).toThrow('no scanner')
  expect(() => validate({ ...root, children: root.children.toReversed() })).toThrow('may not hold')
})

describe('a service', () => {
  test('has its product, and its CPE name in the URI form', () => {
    const [state, service, ...scripts] = portAt(root, '203.0.113.5', 21).children
    expect(state?.attributes).toMatchObject({ state: 'open', reason: 'syn-ack' })
    expect(service?.attributes).toEqual({
      name: 'ftp',
      product: 'vsftpd',
      version: '3.0.3',
      method: 'probed',
      conf: '10',
    })
    expect(service?.children[0]?.text).toBe('cpe:/a:vsftpd_project:vsftpd:3.0.3')
    expect(scripts.map((it) => it.attributes['id'])).toEqual([
      'banner',
      'ftp-anon',
      'ftp-syst',
      'portreeve',
    ])
  })
  test('is told by the scripts that readers know', () => {
    const scripts = scriptsAt(portAt(root, '203.0.113.5', 21))
    expect(scripts['ftp-anon']?.split('\n')).toEqual([
      'Anonymous FTP login allowed (FTP code 230)',
      '/pub/annual-report.pdf  118196 bytes  2025-03-01T10:00:00',
      '/pub/backup.zip',
      '/incoming [NSE: writeable]',
    ])
    expect(scripts['ftp-syst']).toBe('\n  SYST: UNIX Type: L8')
    expect(scripts['portreeve']).toContain('critical: Anybody may write to a directory')
    expect(scriptsAt(portAt(root, '203.0.113.5', 60_021))['ssl-cert']).toContain(
      'Subject: CN=ftp.example.com\n',
    )
  })
  test.each([
    { name: 'TLS from the first byte is a tunnel', port: 990, service: 'ftp', tunnel: 'ssl' },
    { name: 'TLS on request is none', port: 60_021, service: 'ftp', tunnel: undefined },
  ])('$name', ({ port, service, tunnel }) => {
    const address = port === 990 ? '203.0.113.9' : '203.0.113.5'
    const told = portAt(root, address, port).children[1]?.attributes
    expect([told?.['name'], told?.['tunnel']]).toEqual([service, tunnel])
  })
  test.each([
    ['ssh', 'ssh'],
    ['rdp', 'ms-wbt-server'],
    ['oracle', 'oracle-tns'],
    ['x11', 'X11'],
  ])('%s goes by the name that Nmap has for it: %s', (protocol, name) => {
    const it = { kind: 'service', service: service('203.0.113.5', 40_000, protocol) } as const
    const document = parseXml(written(xml.start(look, scanOptions), [it], []))
    expect(portAt(document, '203.0.113.5', 40_000).children[1]?.attributes['name']).toBe(name)
  })
  test('that could not be told has no name', () => {
    expect(portAt(root, '203.0.113.12', 8443).children.map(({ name }) => name)).toEqual(['state'])
  })
  test('of which anonymous login could not be told has no ftp-anon', () => {
    const it = service('203.0.113.5', 21, 'ftp', { ftp: ftpFacts({}) })
    const text = written(xml.start(look, scanOptions), [{ kind: 'service', service: it }], [])
    expect(scriptsAt(portAt(parseXml(text), '203.0.113.5', 21))).toEqual({})
  })
})

test('closed and filtered ports are counted, and what nobody looked at stands in a comment', () => {
  const [first, second] = [...all(root, 'host')]
  expect([...all(first as XmlElement, 'extraports')].map((it) => it.attributes)).toEqual([
    { state: 'closed', count: '4' },
  ])
  expect([...all(second as XmlElement, 'extraports')].map((it) => it.attributes)).toEqual([
    { state: 'filtered', count: '2' },
  ])
  expect(second?.attributes['comment']).toBe('banned: tcp 2121, 8443; not probed: tcp 60021')
})

test('an address that answers on everything is one line, a few silent ports are ports', () => {
  const silent = (
    ...which: Parameters<typeof probe> extends [unknown, unknown, ...infer R] ? R : never
  ) => parseXml(written(xml.start(look, scanOptions), [probe('203.0.113.1', 'open', ...which)], []))
  expect([...all(silent([1, 65_535]), 'extraports')][0]?.attributes['count']).toBe('65535')
  expect([...all(silent([1, 65_535]), 'port')]).toHaveLength(0)
  expect([...all(silent(21, 80), 'port')]).toHaveLength(2)
})

test('counts of hosts add up to what coverage says', () => {
  const sightings = [
    probe('203.0.113.1', 'closed', 21),
    probe('203.0.113.2', 'filtered', 21),
    coverage(),
  ]
  const document = parseXml(written(xml.start(look, scanOptions), sightings, []))
  expect([...all(document, 'hosts')][0]?.attributes).toEqual({ up: '1', down: '16', total: '17' })
  expect([...all(document, 'status')].map((it) => it.attributes['state'])).toEqual([
    'up',
    'unknown',
  ])
})

test('a host at which nobody looked is not down', () => {
  const seen = [probe('203.0.113.5', 'closed', 21), coverage(false)]
  const document = parseXml(written(xml.start(look, scanOptions), seen, []))
  expect([...all(document, 'hosts')][0]?.attributes).toEqual({ up: '1', down: '0', total: '17' })
})

test('a scan that was ended is no success', () => {
  const stopped = { ...summary, stopped: 'interrupted' }
  const document = parseXml(written(xml.start(look, scanOptions), [coverage(false)], [], stopped))
  expect([...all(document, 'finished')][0]?.attributes).toMatchObject({
    exit: 'error',
    errormsg: 'interrupted',
  })
})

test('whatever comes from outside, the document is valid and has the same elements', () => {
  const shape = (text: string): readonly string[] => {
    const document = parseXml(
      written(
        xml.start(hostileLook(text), scanOptions),
        hostileSightings(text),
        hostileFindings(text),
      ),
    )
    validate(document)
    return [...all(document, 'port')].map((it) => it.children.map(({ name }) => name).join(' '))
  }
  const harmless = shape('harmless')
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(shape(`x${text}`)).toEqual(harmless)
    }),
    { numRuns: 80 },
  )
})
