import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeShared } from '../../../test/shared.ts'
import { formatAddress } from '../../model/address.ts'
import type { Observation } from '../../model/observation.ts'
import { readCapture } from '../read.ts'
import { ftpSink } from './sink.ts'

describeShared('captures recorded by others', (folder) => {
  const read = async (file: string, options = {}) => {
    const told: Observation[] = []
    const sink = ftpSink((observation) => told.push(observation), options)
    await readCapture(
      [{ kind: 'file', document: file, path: join(folder, 'corpus/pcap', file) }],
      sink,
    )
    sink.finish()
    return {
      summary: sink.summary(),
      kinds: told.map(({ kind }) => kind),
      sessions: told.flatMap((one) => (one.kind === 'ftp-session' ? [one.session] : [])),
      services: told.flatMap((one) => (one.kind === 'service' ? [one.service] : [])),
    }
  }

  // Counts by `tshark -Y ftp.request -T fields -e ftp.request.command`, bytes and hashes by `tshark -z follow,tcp,raw`.
  const robots = '92101c97b7425d24309c923bbd4a554f85d8b0b1ce105666bc8f64c0c72d7fac'
  const readme = '202674eba48e832690a4475113acf8b16a3f6c82c04c94b36bb2c7ce457ac8d2'
  test.each([
    {
      file: 'ipv4.pcap',
      commands: { USER: 1, PASS: 1, SYST: 1, PASV: 2, LIST: 2, TYPE: 3, RETR: 2, PORT: 2, QUIT: 1 },
      channels: ['passive LIST 342', 'passive RETR 77', 'active LIST 342', 'active RETR 77'],
      hashes: [robots, robots],
      files: [
        ['ls-lRA.gz', 50_158_695],
        ['robots.txt', 77],
      ],
    },
    {
      file: 'ipv6.pcap',
      commands: { EPSV: 3, EPRT: 2, LIST: 2, NLST: 1, RETR: 2, SIZE: 2, MDTM: 2, FEAT: 1 },
      channels: [
        'passive LIST 342',
        'passive NLST 43',
        'passive RETR 77',
        'active RETR 77',
        'active LIST 342',
      ],
      hashes: [robots, robots],
      files: [
        ['/ls-lRA.gz', 49_214_411],
        ['/robots.txt', 77],
        ['/.message', null],
      ],
    },
    {
      file: 'retr.pcap',
      commands: { CWD: 1, EPSV: 1, PWD: 1, RETR: 1, SIZE: 1, SYST: 1, TYPE: 1 },
      channels: ['passive RETR 16557'],
      hashes: [readme],
      files: null,
    },
  ])('$file', async ({ file, commands, channels, hashes, files }) => {
    const { sessions, services, kinds } = await read(file)
    expect(kinds).toEqual(['ftp-session', 'service'])
    const [session] = sessions
    expect(session).toMatchObject({
      commands,
      users: ['anonymous'],
      logins: { ok: 1, failed: 0 },
      anonymous: true,
      startSeen: true,
      endSeen: true,
      lostBytes: 0,
      signs: [],
      encrypted: 'no',
    })
    const told = session?.dataChannels ?? []
    expect(told.map(({ mode, command, bytes }) => `${mode} ${command} ${bytes}`)).toEqual(channels)
    for (const { announced, actual, complete, outcome } of told)
      expect({ actual, complete, outcome }).toEqual({
        actual: announced,
        complete: true,
        outcome: '226',
      })
    expect(session?.files?.map(({ sha256 }) => sha256)).toEqual(hashes)
    expect(services).toMatchObject([
      { recognition: 'ftp', ftp: { anonymous: 'yes', clearLoginAnonymous: 'yes' } },
    ])
    expect(services[0]?.ftp?.files?.map(({ path, bytes }) => [path, bytes]) ?? null).toEqual(files)
  })

  test('ftp-auth-tls.pcap', async () => {
    const { sessions, services } = await read('ftp-auth-tls.pcap')
    expect(sessions).toMatchObject([
      {
        encrypted: 'from-auth',
        authTls: true,
        users: null,
        commands: { FEAT: 1, AUTH: 1 },
        dataChannels: null,
      },
    ])
    expect(services).toMatchObject([
      {
        product: { name: 'vsftpd', version: '3.0.5' },
        ftp: { explicitTls: 'yes' },
        // As `tshark -Y tls.handshake.type==2 -T fields -e tls.handshake.ciphersuite` has it.
        tls: {
          version: 'TLSv1.3',
          cipher: 'TLS_AES_256_GCM_SHA384',
          offers: { 'TLSv1.2': 'unknown', 'TLSv1.3': 'yes' },
          subject: null,
          notAfter: null,
          fingerprintSha256: null,
        },
      },
    ])
  })

  describe('bruteforce.pcap', () => {
    test('is thirty failed logins of one client', async () => {
      const { sessions, summary, services } = await read('bruteforce.pcap')
      expect(sessions).toHaveLength(30)
      for (const session of sessions)
        expect(session).toMatchObject({
          users: ['bro'],
          logins: { ok: 0, failed: 1 },
          signs: ['clear-text-login'],
        })
      expect(services).toHaveLength(1)
      const [guessing, ...others] = summary.guessing
      expect(others).toEqual([])
      expect(guessing).toMatchObject({ failed: 30, succeededAfter: 0, server: { port: 21 } })
      expect(guessing && formatAddress(guessing.client)).toBe('192.168.56.1')
    })
    test('is no guessing by a rule that asks for more', async () => {
      expect(
        (await read('bruteforce.pcap', { guessing: { failures: 31 } })).summary.guessing,
      ).toEqual([])
    })
  })
})
