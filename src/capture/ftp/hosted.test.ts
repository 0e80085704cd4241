import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assessServices } from '../../checks/assess-services.ts'
import { serviceChecks } from '../../checks/index.ts'
import { formatAddress } from '../../model/address.ts'
import type { Service } from '../../model/service.ts'
import { maxFiles, maxListing } from './listings.ts'
import type { FtpOptions } from './options.ts'
import {
  anonymous,
  type Cut,
  client,
  login,
  type Stage,
  server,
  stage,
  type Wire,
} from './testing/stage.ts'

const file = (name: string) => `-rw-r--r--   1 ftp  ftp       77 Aug 16  2009 ${name}\r\n`

interface Visit {
  readonly host?: string
  readonly login?: readonly string[]
  /** Before the listing. */
  readonly lines?: readonly string[]
  readonly between?: (wire: Wire) => void
  readonly command?: string
  readonly data?: (wire: Wire) => void
  readonly final?: string
}
let port = 50_000
/** One session with one listing in passive mode. */
function visit(staged: Stage, given: Visit): void {
  port++
  const { host = '10.0.0.2' } = given
  const control = staged
    .connect(client, `${host}:21`)
    .say([...(given.login ?? anonymous), '> PWD', '< 257 "/pub" is the current directory'])
    .say(given.lines ?? [])
  given.between?.(control)
  control.say(['> PASV', `< 227 x (${host.replaceAll('.', ',')},${port >> 8},${port & 255})`])
  const data = staged.connect('10.0.0.1:40001', `${host}:${port}`)
  control.say([`> ${given.command ?? 'LIST'}`, '< 150 Here it comes.'])
  given.data?.(data)
  data.close()
  control.say([given.final ?? '< 226 Directory send OK.', '> QUIT', '< 221 Goodbye.']).close()
}
const seen = (
  visits: readonly Visit[],
  options: FtpOptions = {},
  cut?: Cut,
): readonly Service[] => {
  const staged = stage(options, cut)
  for (const one of visits) visit(staged, one)
  return staged.end().services()
}
const server1 = (given: Visit, options: FtpOptions = {}, cut?: Cut): Service => {
  const service = seen([given], options, cut).at(-1)
  if (service === undefined) throw new Error('no service was told of')
  return service
}
const pathsOf = (service: Service | undefined) =>
  service?.ftp?.files?.map(({ path }) => path) ?? null
const sends = (text: string) => (wire: Wire) => {
  wire.server(text)
}

describe('a listing on a data channel', () => {
  test('tells the files of the server, and how that is known', () => {
    const service = server1({ data: sends(file('id_rsa') + file('a.mp3')) })
    expect(service.ftp?.files).toEqual([
      {
        path: '/pub/id_rsa',
        nameBase64: null,
        bytes: 77,
        modified: '2009-08-16',
        category: 'key',
        content: null,
      },
      expect.objectContaining({ path: '/pub/a.mp3', category: 'media' }),
    ])
    const check = service.ftp?.checks.find(({ id }) => id === 'hosted-files')
    expect(check).toMatchObject({ answer: 'yes', reason: 'listed', authenticatedAs: 'anonymous' })
    const lines = service.ftp?.transcript.filter(({ n }) => check?.lines.includes(n))
    expect(lines?.map(({ text }) => text)).toEqual([
      'LIST',
      'the data channel carried a listing of 2 files',
    ])
  })

  test.each<{ name: string; given: Visit; paths: readonly string[] | null }>([
    { name: 'an empty one', given: {}, paths: [] },
    { name: 'an empty one that was refused', given: { final: '< 550 No.' }, paths: null },
    {
      name: 'one that was cut off',
      given: { data: sends(file('a') + file('b').slice(0, 30)), final: '< 426 Gone.' },
      paths: ['/pub/a'],
    },
    {
      name: 'one with a hole',
      given: {
        data: (wire) =>
          wire
            .server(file('a') + file('b').slice(0, 9))
            .lost('server', 9)
            .server(file('c')),
      },
      paths: ['/pub/a'],
    },
    {
      name: 'one without its beginning',
      given: { data: (wire) => wire.lost('server', 9).server(file('c')) },
      paths: null,
    },
    {
      name: 'one that the client sends',
      given: {
        data: (wire) => {
          wire.client(file('a'))
        },
      },
      paths: null,
    },
    { name: 'a file', given: { command: 'RETR list.txt', data: sends(file('a')) }, paths: null },
    {
      name: 'one behind a change of directory',
      given: { lines: ['> CWD in', '< 250 OK'], data: sends(file('a')) },
      paths: ['/pub/in/a'],
    },
    {
      name: 'one behind a change that was refused',
      given: { lines: ['> CWD in', '< 550 No'], data: sends(file('a')) },
      paths: ['/pub/a'],
    },
    {
      name: 'one behind a hole in the conversation',
      given: {
        lines: ['> CWD in', '< 250 OK'],
        between: (wire) => {
          wire.lost('client', 9)
        },
        data: sends(file('a')),
      },
      paths: ['a'],
    },
    {
      name: 'one of another directory',
      given: { command: 'LIST -a in', data: sends(file('a')) },
      paths: ['/pub/in/a'],
    },
    {
      name: 'one of names',
      given: { command: 'NLST', data: sends('a\r\nb\r\n') },
      paths: ['/pub/a', '/pub/b'],
    },
    {
      name: 'one of facts',
      given: { command: 'MLSD', data: sends('type=file;size=1; a\r\ntype=dir; b\r\n') },
      paths: ['/pub/a'],
    },
  ])('$name', ({ given, paths }) => {
    expect(pathsOf(server1(given))).toEqual(paths)
  })

  test('is the same however the bytes are cut', () => {
    const text = Array.from({ length: 20 }, (_, i) => file(`f${i}`)).join('')
    const whole = pathsOf(server1({ data: sends(text) }))
    expect(whole).toHaveLength(20)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (length) => {
        const cut: Cut = (bytes) =>
          Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
            bytes.subarray(i * length, (i + 1) * length),
          )
        expect(pathsOf(server1({ data: sends(text) }, {}, cut))).toEqual(whole)
      }),
      { numRuns: 20 },
    )
  })

  test('is kept up to a bound', () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => file(`f${from + i}`)).join('')
    const long = many(0, 3 * maxFiles)
    expect(long.length).toBeGreaterThan(maxListing)
    expect(pathsOf(server1({ data: sends(long) }))).toHaveLength(maxFiles)
    const found = seen([{ data: sends(many(0, 700)) }, { data: sends(many(700, 700)) }])
    expect(pathsOf(found.at(-1))).toHaveLength(maxFiles)
  })

  describe('is counted with what its session keeps', () => {
    const begun = (options: FtpOptions = {}) => {
      const staged = stage(options)
      const control = staged
        .connect(client, server)
        .say([...anonymous, '> PASV', '< 227 x (10,0,0,2,200,1)'])
      const data = staged.connect('10.0.0.1:40001', '10.0.0.2:51201')
      control.say(['> LIST', '< 150 ok'])
      const textOf = () => (control.tcp.state?.kind === 'control' ? control.tcp.state.text : 0)
      return { staged, control, data, textOf, before: textOf() }
    }
    const text = file('a').repeat(100)

    test('as it comes, until it is told of', () => {
      const { control, data, textOf, before } = begun({ servers: 'early' })
      data.server(text)
      expect(textOf() - before).toBe(text.length)
      data.close()
      expect(textOf() - before).toBe(text.length)
      control.say(['< 226 ok'])
      expect(textOf() - before).toBeLessThan(100)
    })
    test('and is not where it turns out to be none of the server’s', () => {
      const { data, textOf, before } = begun()
      data.client(text)
      expect(textOf() - before).toBe(text.length)
      data.close()
      expect(textOf()).toBe(before)
    })
    test('and makes no session be told of twice', () => {
      const staged = stage({ limits: { text: 10_000 } })
      for (const [i, bytes] of [100, 60_000].entries()) {
        const control = staged
          .connect(`10.0.3.${i}:4000`, server)
          .say([...anonymous, '> PASV', `< 227 x (10,0,0,2,210,${i})`])
        const data = staged.connect(`10.0.3.${i}:4001`, `10.0.0.2:${210 * 256 + i}`)
        control.say(['> LIST', '< 150 ok'])
        data.server('x'.repeat(bytes)).close()
      }
      expect(staged.end().sessions()).toHaveLength(2)
    })
    test('and is let go of with the session', () => {
      const { staged, data } = begun({ limits: { text: 10_000 } })
      data.server(text).server(text)
      expect(staged.sessions()).toHaveLength(1)
      data.server(text)
      expect(data.tcp.state).toMatchObject({ kind: 'data', listing: null })
    })
  })

  test('does not make the session lose itself where memory is short', () => {
    const service = server1({ data: sends(file('a').repeat(900)) }, { limits: { text: 20_000 } })
    expect(service.recognition).toBe('ftp')
  })
})

describe('what several sessions list', () => {
  test('adds up, and is news only where it is new', () => {
    const found = seen([
      { data: sends(file('a')) },
      { data: sends(file('a')) },
      { data: sends(file('b')) },
      { data: sends(file('a') + file('b')) },
    ])
    expect(found.map(pathsOf)).toEqual([['/pub/a'], ['/pub/a', '/pub/b']])
  })
  test('names that another listing shows to be directories are no files', () => {
    const staged = stage()
    const control = staged.connect(client, server).say([...anonymous, '> CWD /', '< 250 ok'])
    for (const [command, text] of [
      ['NLST', 'sub\r\na\r\n'],
      ['LIST', `drwxr-xr-x   2 ftp  ftp     4096 Aug 16  2009 sub\r\n${file('a')}`],
    ] as const) {
      port++
      control.say(['> PASV', `< 227 x (10,0,0,2,${port >> 8},${port & 255})`])
      const data = staged.connect('10.0.0.1:40001', `10.0.0.2:${port}`)
      control.say([`> ${command}`, '< 150 ok'])
      data.server(text).close()
      control.say(['< 226 ok'])
    }
    control.close()
    const files = staged.end().services().at(-1)?.ftp?.files
    expect(files).toMatchObject([{ path: '/a', bytes: 77 }])
  })
  test('is what anybody may see, where anybody listed it', () => {
    const found = seen([
      { login, data: sends(file('own.key')) },
      { data: sends(file('readme.txt')) },
      { login, data: sends(file('other.key')) },
    ])
    expect(found.map(pathsOf)).toEqual([['/pub/own.key'], ['/pub/readme.txt'], ['/pub/readme.txt']])
    const by = found.map(
      ({ ftp }) => ftp?.checks.find(({ id }) => id === 'hosted-files')?.authenticatedAs,
    )
    expect(by).toEqual(['bob', 'anonymous', 'anonymous'])
  })
  test.each([
    { hosted: 3, told: ['10.0.0.2', '10.0.0.3', '10.0.0.2'] },
    { hosted: 4, told: ['10.0.0.2', '10.0.0.3'] },
  ])('is forgotten with its server where $hosted files may be kept of all', ({ hosted, told }) => {
    const staged = stage({ limits: { hosted } })
    const data = sends(file('a') + file('b'))
    for (const host of ['10.0.0.2', '10.0.0.3', '10.0.0.2']) visit(staged, { host, data })
    const services = staged.end().services()
    expect(services.map(({ address }) => formatAddress(address))).toEqual(told)
    expect(pathsOf(services.at(-1))).toHaveLength(2)
  })
})

describe('the checks', () => {
  const look = { run: 'ingest', network: 'site', vantage: 'sensor' }
  const verdict = (given: Visit, id: string): string => {
    const checks = serviceChecks.filter((check) => check.id === id)
    const [finding] = assessServices([server1(given)], look, { checks })
    return `${finding?.status} ${finding?.status === 'fail' ? finding.severity : ''}`.trim()
  }
  test.each<{ name: string; given: Visit; sensitive: string; media: string }>([
    {
      name: 'a key',
      given: { data: sends(file('id_rsa')) },
      sensitive: 'fail high',
      media: 'unknown',
    },
    {
      name: 'a key of an account',
      given: { login, data: sends(file('server.key')) },
      sensitive: 'fail medium',
      media: 'unknown',
    },
    {
      name: 'a film',
      given: { data: sends(file('film.mkv')) },
      sensitive: 'unknown',
      media: 'fail low',
    },
    {
      name: 'neither',
      given: { data: sends(file('a.txt')) },
      sensitive: 'unknown',
      media: 'unknown',
    },
    { name: 'nothing', given: {}, sensitive: 'unknown', media: 'unknown' },
  ])('of $name: $sensitive, $media', ({ given, sensitive, media }) => {
    expect(verdict(given, 'ftp-server-sensitive-files')).toBe(sensitive)
    expect(verdict(given, 'ftp-server-copyrighted-files')).toBe(media)
  })
})
