/** `portreeve scan` as people call it: scope, ports, formats, exit codes. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Address, parseAddress } from '../../src/model/address.ts'
import { type ScanSystem, scanSystem } from '../../src/scan/system.ts'
import { reachableMachine } from '../cli/documents.ts'
import { type Files, portreeve } from '../cli/world.ts'
import { scan } from './scanned.ts'

const servers: Server[] = []
let folder = ''
let [ftpPort, shutPort] = [0, 0]

const answers: Readonly<Record<string, string>> = {
  FEAT: '211-Features:\r\n UTF8\r\n REST STREAM\r\n211 End\r\n',
  SYST: '215 UNIX Type: L8\r\n',
  USER: '331 Password please.\r\n',
  PASS: '530 Login incorrect.\r\n',
  QUIT: '221 Bye.\r\n',
}
const ftp = (socket: Socket): void => {
  socket.on('error', () => {})
  socket.write('220 (vsFTPd 3.0.3)\r\n')
  socket.on('data', (bytes: Buffer) => {
    for (const line of bytes.toString('latin1').split('\r\n').filter(Boolean))
      socket.write(answers[line.split(' ', 1)[0] ?? ''] ?? '500 Unknown.\r\n')
  })
}
async function listen(
  host: string,
  port: number,
  serve: (socket: Socket) => void,
): Promise<number> {
  const server = createServer(serve)
  servers.push(server)
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portreeve-scan-'))
  ftpPort = await listen('127.0.7.1', 0, ftp)
  shutPort = ftpPort === 65_535 ? ftpPort - 1 : ftpPort + 1
})
afterAll(async () => {
  for (const server of servers) server.close()
  await rm(folder, { recursive: true })
})

/** The system with another resolver; remembers every address for which a way was asked. */
function watched(names: Readonly<Record<string, readonly string[]>> = {}) {
  const asked: string[] = []
  const system: ScanSystem = {
    ...scanSystem,
    reachOf(target, signal) {
      asked.push(target.text)
      return scanSystem.reachOf(target, signal)
    },
    async resolve(name) {
      const found = names[name]
      if (!found) throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' })
      return found.map((text) => parseAddress(text) as Address)
    },
  }
  return { asked, system }
}
const run = (args: readonly string[], files: Files = {}, world = watched(), modified = 0) =>
  portreeve(['scan', ...args, '--checkpoint', join(folder, `c${Math.random()}`)], {
    files,
    modified,
    network: world.system,
  })

describe('scope', () => {
  test.each([
    ['no scope file', ['192.0.2.1'], {}, /192\.0\.2\.1.*scope/],
    [
      'a scope file with a slip',
      ['127.0.0.1', '--scope', 's'],
      { s: '127.0.0.0/8\n127.0.0.300\n' },
      /^portreeve: s: .*2/,
    ],
    ['an empty scope file', ['127.0.0.1', '--scope', 's'], { s: '# nothing\n' }, /^portreeve: s: /],
    ['no target', [], {}, /name targets/],
    ['a port that is none', ['127.0.0.1', '-p', '70000'], {}, /--ports: .*70000/],
    [
      'a point that is none',
      ['127.0.0.1', '--points', 'bounce,tea'],
      {},
      /"tea".*there are product/,
    ],
    [
      'a bounce address outside',
      ['127.0.0.1', '--bounce-address', '192.0.2.9'],
      {},
      /--bounce-address: 192\.0\.2\.9 is not in the scope/,
    ],
    ['a check that is none', ['127.0.0.1', '--only', 'ftp-server-tea'], {}, /no check is called/],
    ['a name that is none', ['nowhere.example'], {}, /nowhere\.example/],
  ] as const)('%s: one line, exit 2, no packet', async (_, args, files, message) => {
    const world = watched()
    const { code, err, out } = await run(args, files, world)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(err).toMatch(message)
    expect(world.asked).toEqual([])
  })
  test('metadata services are refused even in scope', async () => {
    const world = watched()
    const { code, err } = await run(
      ['169.254.169.254', '--scope', 's'],
      { s: '169.254.0.0/16\n127.0.0.0/8\n' },
      world,
    )
    expect(code).toBe(2)
    expect(err).toMatch(/metadata/)
    expect(world.asked).toEqual([])
  })
  test('a name that resolves into the scope and out of it: inside is scanned, outside is said', async () => {
    const world = watched({ 'two.example': ['127.0.7.1', '192.0.2.7', '::ffff:192.0.2.8'] })
    const { code, out } = await run(
      [
        'two.example',
        '-p',
        String(ftpPort),
        '--scope',
        's',
        '-f',
        'json',
        '--no-assess',
        '--fail-on',
        'never',
      ],
      { s: '127.0.0.0/8\n' },
      world,
    )
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(code).toBe(0)
    expect(world.asked).toEqual(['127.0.7.1'])
    expect(lines.filter(({ type }) => type === 'service')).toMatchObject([
      { hostname: 'two.example' },
    ])
    const gaps = lines
      .filter(({ type }) => type === 'gap')
      .map(({ message }) => message)
      .join()
    expect(gaps).toContain('192.0.2.7')
    expect(gaps).toContain('192.0.2.8')
  })
  test('what is excluded is not asked', async () => {
    const world = watched()
    await run(
      ['127.0.7.0/30', '-p', String(ftpPort), '--exclude', '127.0.7.2,127.0.7.3'],
      {},
      world,
    )
    expect(world.asked.sort()).toEqual(['127.0.7.0', '127.0.7.1'])
  })
})

describe('what is told', () => {
  test('services, closed ports and coverage: nobody looked and nothing answered differ', async () => {
    const { lines } = await scan('127.0.7.1', '-p', `${ftpPort},${shutPort}`)
    expect(lines.find(({ type }) => type === 'service')).toMatchObject({
      recognition: 'ftp',
      product: { name: 'vsftpd', version: '3.0.3' },
      ftp: { anonymous: 'no' },
    })
    expect(lines.find(({ type }) => type === 'probe')).toMatchObject({
      outcome: 'closed',
      ports: [[shutPort, shutPort]],
    })
    expect(lines.at(-1)).toMatchObject({
      type: 'coverage',
      complete: true,
      addresses: ['127.0.7.1/32'],
    })
  })
  test('findings make the exit code, from the severity that is asked for', async () => {
    const one = ['127.0.7.1', '-p', String(ftpPort)]
    expect((await run(one)).code).toBe(1)
    expect((await run([...one, '--fail-on', 'critical'])).code).toBe(0)
    expect((await run([...one, '--only', 'ftp-server-bounce'])).code).toBe(0)
    expect((await run(['127.0.7.1', '-p', String(shutPort)])).code).toBe(0)
  })
  test('an accepted finding does not count, and one that was not met is said', async () => {
    const accept = (resource: string) => ({
      check: 'ftp-server-no-tls',
      resource,
      owner: 'harbour@example.com',
      reason: 'being replaced',
      expires: '2999-12-31',
    })
    const exemptions = [accept(`local/127.0.7.1:${ftpPort}/tcp`), accept('local/127.0.7.9:21/tcp')]
    const args = ['127.0.7.1', '-p', String(ftpPort), '--only', 'ftp-server-no-tls']
    expect((await run(args)).code).toBe(1)
    const { code, err } = await run([...args, '--exemptions', 'e.json'], {
      'e.json': JSON.stringify({ exemptions }),
    })
    expect(code).toBe(0)
    expect(err).toBe(
      'portreeve: exemption of ftp-server-no-tls on local/127.0.7.9:21/tcp: this service was not seen\n',
    )
  })
  test('completion knows the points and the checks', async () => {
    const { out } = await portreeve(['completion', 'bash'])
    expect(out).toMatch(/"scan --points"\) .*product tls login.*guessing/)
    expect(out).toMatch(/"scan --only"\) .*ftp-server-bounce/)
  })
  test('IPv6', async () => {
    const port = await listen('::1', 0, ftp)
    for (const target of ['::1', '[::1]', '::1/128']) {
      const { services } = await scan(target, '-p', String(port))
      expect(services).toMatchObject([{ address: '::1', port, recognition: 'ftp' }])
    }
  })
  test.each([
    ['table', /vsftpd 3\.0\.3/],
    ['csv', /^network,.*\r\n.*vsftpd/s],
    ['xml', /<service name="ftp" product="vsftpd" version="3\.0\.3"/],
    ['sarif', /"ruleId": ?"ftp-server-no-tls"/],
    ['ocsf', /ftp-server-no-tls/],
  ])('%s', async (format, expected) => {
    const { out } = await run(['127.0.7.1', '-p', String(ftpPort), '-f', format])
    expect(out).toMatch(expected)
  })
  test('details prove every answer with lines of the conversation', async () => {
    const { out } = await run(['127.0.7.1', '-p', String(ftpPort), '--details'])
    expect(out).toMatch(/530 Login incorrect/)
    expect(out).toMatch(/PASS/)
  })
  test('progress goes to a terminal alone and leaves nothing behind', async () => {
    const args = [
      'scan',
      '127.0.7.0/28',
      '-p',
      '1-4000',
      '--rate',
      '40000',
      '--checkpoint',
      join(folder, 'p'),
    ]
    const { err } = await portreeve(args, {
      network: scanSystem,
      errIsTerminal: true,
      columns: 100,
    })
    expect(err).toMatch(/scanning \d+ %: [\d,]+ of 64,000 ports/)
    expect(err.endsWith('\r\u001b[K')).toBe(true)
    expect((await run(['127.0.7.1', '-p', '1-4000'])).err).toBe('')
  })
})

describe('from an audit', () => {
  const report = (
    verdict: string,
    addresses: readonly string[],
    pairs: readonly (readonly number[])[],
  ) => ({
    verdict,
    transport: 'tcp',
    entry: { addresses, names: [], front: null },
    ports: pairs,
  })
  const file = (...exposures: readonly unknown[]) =>
    JSON.stringify({ portreeve: '0.1.0', exposures })
  test('each address at the ports that are reachable there, and nowhere else', async () => {
    const world = watched()
    const { out } = await run(
      ['--from-audit', 'audit.json', '-f', 'json', '--fail-on', 'never'],
      {
        'audit.json': file(
          report('reachable', ['127.0.7.1'], [[ftpPort, ftpPort]]),
          report('reachable', ['127.0.7.2'], [[shutPort, shutPort]]),
          report('blocked', ['127.0.7.3'], [[1, 65_535]]),
        ),
      },
      world,
    )
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(lines.filter(({ type }) => type === 'service')).toHaveLength(1)
    const covered = lines.filter(({ type }) => type === 'coverage')
    expect(covered.map(({ addresses, ports }) => [addresses, ports])).toEqual([
      [['127.0.7.1/32'], [[ftpPort, ftpPort]]],
      [['127.0.7.2/32'], [[shutPort, shutPort]]],
    ])
    expect(world.asked.sort()).toEqual(['127.0.7.1', '127.0.7.2'])
  })
  test('of what is reachable and cannot be scanned there is a word', async () => {
    const byName = { verdict: 'reachable', transport: 'tcp', ports: [[443, 443]] }
    const { out } = await run(['--from-audit', 'audit.json', '-f', 'json', '--fail-on', 'never'], {
      'audit.json': file(
        report('reachable', ['127.0.7.1'], [[shutPort, shutPort]]),
        { ...byName, entry: { addresses: [], names: ['front.example'], front: null } },
        { ...report('reachable', ['127.0.7.1'], [[53, 53]]), transport: 'udp' },
        report('unknown', ['127.0.7.1'], [[1, 65_535]]),
        { ...report('reachable', ['127.0.7.1'], []), transport: 'icmp', ports: undefined },
      ),
    })
    const gaps = out.split('\n').filter((line) => line.includes('"type":"gap"'))
    expect(gaps.map((line) => JSON.parse(line).message)).toEqual([
      'not scanned: 1 exposure of the audit, reachable at no address that is known (name them as targets: front.example)',
      'not scanned: 1 exposure of the audit, reachable over UDP, which a scan does not speak',
      'not scanned: 1 exposure of the audit, of which could not be told whether anybody reaches it',
    ])
  })
  test('an audit is no scope', async () => {
    const world = watched()
    const { code, err } = await run(
      ['--from-audit', 'audit.json'],
      { 'audit.json': file(report('reachable', ['8.8.8.8'], [[21, 21]])) },
      world,
    )
    expect(code).toBe(2)
    expect(err).toMatch(/--scope/)
    expect(world.asked).toEqual([])
  })
})

describe('from exports', () => {
  const address = '198.51.100.21'
  const files = reachableMachine(address)
  /** No packet leaves: every way leads nowhere. */
  function closedWorld() {
    const world = watched()
    const reachOf: ScanSystem['reachOf'] = (target, signal) => ({
      ...world.system.reachOf(target, signal),
      dial: async () => ({ kind: 'failed', ending: 'refused', code: 'ECONNREFUSED' }),
    })
    return { ...world, system: { ...world.system, reachOf } }
  }
  const args = ['--from-audit', 'exports', '-f', 'json']
  test('collected less than an hour ago they are their own scope', async () => {
    const world = closedWorld()
    const { code, out } = await run(args, files, world, Date.now() - 60_000)
    expect(code).toBe(0)
    expect(world.asked).toEqual([address])
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { type: 'probe', address, ports: [[21, 21]], outcome: 'closed', network: 'local' },
      { type: 'coverage' },
    ])
  })
  test('older ones need a scope', async () => {
    const world = closedWorld()
    const { code, err } = await run(args, files, world, Date.now() - 2 * 3_600_000)
    expect(code).toBe(2)
    expect(err).toMatch(/more than an hour ago.*--scope/)
    expect(world.asked).toEqual([])
    const scoped = await run([...args, '--scope', 's'], { ...files, s: `${address}\n` }, world)
    expect(scoped.code).toBe(0)
    expect(world.asked).toEqual([address])
  })
})
