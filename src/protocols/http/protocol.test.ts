import { describe, expect, test } from 'vitest'
import { foundBy, hearing, type Said, testHearing } from '../../../test/hearing.ts'
import { wireOf } from '../ftp/wire.ts'
import { http } from './protocol.ts'

const probe = wireOf(http.probe ?? new Uint8Array())
const answered = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n<html></html>`

const servers = [
  {
    server: 'nginx/1.22.1',
    name: 'nginx',
    version: '1.22.1',
    cpe: 'cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*',
  },
  { server: 'nginx', name: 'nginx', version: null, cpe: 'cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*' },
  {
    server: 'Apache/2.4.57 (Debian) OpenSSL/3.0.11 PHP/8.2.7',
    name: 'HTTP Server',
    version: '2.4.57',
    cpe: 'cpe:2.3:a:apache:http_server:2.4.57:*:*:*:*:*:*:*',
  },
  {
    server: 'Apache',
    name: 'HTTP Server',
    version: null,
    cpe: 'cpe:2.3:a:apache:http_server:*:*:*:*:*:*:*:*',
  },
  {
    server: 'Apache-Coyote/1.1',
    name: 'Tomcat',
    version: '1.1',
    cpe: 'cpe:2.3:a:apache:tomcat:*:*:*:*:*:*:*:*',
  },
  {
    server: 'Microsoft-IIS/10.0',
    name: 'IIS',
    version: '10.0',
    cpe: 'cpe:2.3:a:microsoft:internet_information_services:10.0:*:*:*:*:*:*:*',
  },
  { server: 'Microsoft-HTTPAPI/2.0', name: 'HTTP Server API', version: '2.0', cpe: null },
  {
    server: 'lighttpd/1.4.69',
    name: 'lighttpd',
    version: '1.4.69',
    cpe: 'cpe:2.3:a:lighttpd:lighttpd:1.4.69:*:*:*:*:*:*:*',
  },
  {
    server: 'Caddy',
    name: 'Caddy',
    version: null,
    cpe: 'cpe:2.3:a:caddyserver:caddy:*:*:*:*:*:*:*:*',
  },
  {
    server: 'Jetty(9.4.48.v20220622)',
    name: 'Jetty',
    version: '9.4.48.v20220622',
    cpe: 'cpe:2.3:a:eclipse:jetty:9.4.48.v20220622:*:*:*:*:*:*:*',
  },
  {
    server: 'Apache (Debian)',
    name: 'HTTP Server',
    version: null,
    cpe: 'cpe:2.3:a:apache:http_server:*:*:*:*:*:*:*:*',
  },
  {
    server: 'nginx/1.18.0 (Ubuntu)',
    name: 'nginx',
    version: '1.18.0',
    cpe: 'cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*',
  },
  {
    server: 'gunicorn/20.1.0',
    name: 'gunicorn',
    version: '20.1.0',
    cpe: 'cpe:2.3:a:gunicorn:gunicorn:20.1.0:*:*:*:*:*:*:*',
  },
  {
    server: 'SimpleHTTP/0.6 Python/3.11.2',
    name: 'Python http.server',
    version: '3.11.2',
    cpe: 'cpe:2.3:a:python:python:3.11.2:*:*:*:*:*:*:*',
  },
]

test.each(servers)('$server is $name $version', ({ server, name, version, cpe }) => {
  expect(
    foundBy(http, { sent: probe, bytes: answered('HTTP/1.1 200 OK', `Server: ${server}`) }),
  ).toMatchObject({
    protocol: 'http',
    product: { name, version, cpe, from: ['server-header'] },
    banner: server,
    evidence: [{ line: 'HTTP/1.1 200 OK' }],
  })
})

test.each(['ApacheBench/2.3', 'Apache Traffic Thing', 'nginx-clarity', 'Boarding', ''])(
  '%s only begins like a product',
  (server) => {
    const bytes = answered('HTTP/1.1 200 OK', `Server: ${server}`)
    expect(foundBy(http, { sent: probe, bytes })).toMatchObject({ product: null })
  },
)

const wsman = 'POST /wsman HTTP/1.1\r\n\r\n'
const found: readonly (Said & { readonly name: string; readonly is: object })[] = [
  {
    name: 'inside TLS it is https',
    sent: probe,
    overTls: true,
    bytes: answered('HTTP/1.1 301 Moved', 'Location: https://example.com/'),
    is: {
      protocol: 'https',
      product: null,
      banner: 'HTTP/1.1 301 Moved',
      details: [
        ['status', '301 Moved'],
        ['version', 'HTTP/1.1'],
        ['location', 'https://example.com/'],
      ],
    },
  },
  {
    name: 'fields in any case and with LF alone',
    sent: probe,
    bytes: 'HTTP/1.0 200 OK\nserver:lighttpd\n\n',
    is: { protocol: 'http', product: { name: 'lighttpd' } },
  },
  {
    name: 'a status line alone, and the end',
    sent: probe,
    bytes: 'HTTP/1.1 400',
    ended: true,
    is: { protocol: 'http', banner: 'HTTP/1.1 400' },
  },
  {
    name: 'a head cut by the end',
    sent: probe,
    bytes: 'HTTP/1.1 200 OK\r\nServer: nginx/1.2\r\nX-A: b',
    ended: true,
    is: { protocol: 'http', product: { name: 'nginx', version: '1.2' } },
  },
  {
    name: 'a head without end',
    sent: probe,
    bytes: `HTTP/1.1 200 OK\r\nServer: nginx\r\n${'X-A: b\r\n'.repeat(5000)}`,
    is: { protocol: 'http', product: { name: 'nginx' } },
  },
  {
    name: 'RTSP in answer to HTTP',
    sent: probe,
    bytes: answered('RTSP/1.0 400 Bad Request', 'CSeq: 0'),
    is: { protocol: 'rtsp' },
  },
  {
    name: 'an answer to another question',
    sent: 'EHLO x\r\n',
    bytes: answered('HTTP/1.1 400 Bad Request'),
    is: { protocol: 'http' },
  },
  {
    name: "Windows' listener at / is not WinRM yet",
    sent: probe,
    bytes: answered('HTTP/1.1 404 Not Found', 'Server: Microsoft-HTTPAPI/2.0'),
    is: { protocol: 'http' },
  },
  {
    name: "Windows' listener that knows no /wsman",
    sent: wsman,
    bytes: answered('HTTP/1.1 404 Not Found', 'Server: Microsoft-HTTPAPI/2.0'),
    is: { protocol: 'http' },
  },
  {
    name: "a login demanded at / by Windows' listener is not WinRM",
    sent: probe,
    bytes: answered(
      'HTTP/1.1 401 Unauthorized',
      'Server: Microsoft-HTTPAPI/2.0',
      'WWW-Authenticate: Negotiate',
    ),
    is: { protocol: 'http' },
  },
  {
    name: 'what is not demanded is not WinRM',
    sent: wsman,
    bytes: answered(
      'HTTP/1.1 200 OK',
      'Server: Microsoft-HTTPAPI/2.0',
      'WWW-Authenticate: Negotiate',
    ),
    is: { protocol: 'http' },
  },
  {
    name: 'another listener that demands a login',
    sent: wsman,
    bytes: answered('HTTP/1.1 401 Unauthorized', 'Server: nginx', 'WWW-Authenticate: Negotiate'),
    is: { protocol: 'http', product: { name: 'nginx' } },
  },
  {
    name: 'WinRM demands its ways to log in',
    sent: wsman,
    bytes: answered(
      'HTTP/1.1 401 ',
      'Server: Microsoft-HTTPAPI/2.0',
      'WWW-Authenticate: Negotiate',
      'WWW-Authenticate: Kerberos',
      'Content-Length: 0',
    ),
    is: {
      protocol: 'winrm',
      product: { name: 'Windows Remote Management', version: null, from: ['wsman'] },
      details: expect.arrayContaining([['authentication', 'Negotiate, Kerberos']]),
    },
  },
  {
    name: 'WinRM takes POST alone',
    sent: 'GET /wsman HTTP/1.0\r\n\r\n',
    bytes: answered('HTTP/1.1 405 ', 'Allow: POST', 'Server: Microsoft-HTTPAPI/2.0'),
    is: { protocol: 'winrm' },
  },
]

test.each(found)('$name', ({ is, ...said }) => {
  expect(foundBy(http, said)).toMatchObject(is)
})

const others: readonly (Said & { readonly name: string; readonly is: string })[] = [
  {
    name: 'a head that is not whole',
    sent: probe,
    bytes: 'HTTP/1.1 200 OK\r\nServer: ng',
    is: 'more',
  },
  { name: 'the beginning of the word', sent: probe, bytes: 'HT', is: 'more' },
  { name: 'nothing yet', sent: probe, bytes: '', is: 'more' },
  { name: 'nothing at all', sent: probe, bytes: '', ended: true, is: 'not' },
  { name: 'SIP', sent: probe, bytes: 'SIP/2.0 400 Bad\r\n\r\n', is: 'not' },
  { name: 'no status', sent: probe, bytes: 'HTTP/1.1 what\r\n\r\n', is: 'not' },
  { name: 'text', sent: probe, bytes: '<html>', is: 'not' },
  { name: 'an endless line', sent: probe, bytes: `HTTP/1.1 200 ${'x'.repeat(9000)}`, is: 'not' },
]

test.each(others)('$name', ({ is, ...said }) => {
  expect(hearing(http, said).kind).toBe(is)
})

test('the probe names us and asks for what anybody may see', () => {
  expect(probe).toMatch(/^GET \/ HTTP\/1\.0\r\nUser-Agent: portreeve\r\nAccept: \*\/\*\r\n\r\n$/)
})

describe('the laws of hearing', () => {
  testHearing(http, [
    ...servers.map(({ server }) => ({
      sent: probe,
      bytes: answered('HTTP/1.1 200 OK', `Server: ${server}`),
    })),
    ...found,
    ...others,
  ])
})
