/** A look that is called off: it ends at once, wherever it was, and what it left at the server is told. */
import { expect, onTestFinished, test } from 'vitest'
import { protocols } from '../protocols/index.ts'
import type { LookResult } from './engine.ts'
import { type AssessmentOptions, look } from './look.ts'
import { recognitionTimes } from './recognise.ts'
import { addressOf, connected, reachTo, scoped } from './socket-world.test.data.ts'
import { assessing } from './testing/ftp-assessing.ts'
import { type FakeEntry, type FakeFtp, fakeFtp } from './testing/ftp-manners.ts'
import { startFtp } from './testing/ftp-server.ts'

const folder: FakeEntry = { name: 'up', kind: 'directory', perm: 'elcm' }

/** Looks at a server until it was told `command`, and a little longer. */
async function calledOff(
  command: RegExp,
  fake: Partial<FakeFtp>,
  changed: Partial<AssessmentOptions> = {},
): Promise<{ readonly result: LookResult; readonly milliseconds: number }> {
  const server = await startFtp(fake)
  onTestFinished(() => server.close())
  const stop = new AbortController()
  let since = 0
  const watch = setInterval(() => {
    if (!server.heard.some(({ line }) => command.test(line)) || since > 0) return
    since = performance.now()
    setTimeout(() => stop.abort(), 100)
  }, 10)
  const reach = reachTo('127.0.0.1', { signal: stop.signal })
  const result = await look(
    {
      target: scoped('127.0.0.1'),
      port: server.port,
      reach,
      connection: await connected(reach, server.port),
      mode: 'full',
      another: () => () => {},
      signal: stop.signal,
    },
    {
      protocols,
      times: recognitionTimes,
      assessment: () => ({
        ...assessing,
        timeouts: { connect: 8000, reply: 8000, total: 20_000 },
        ...changed,
      }),
      now: () => 0,
    },
  )
  clearInterval(watch)
  return { result, milliseconds: performance.now() - since }
}

test.each([
  { name: 'while it hears a reply', at: /^STAT/, fake: { say: { STAT: '' } }, changed: {} },
  {
    name: 'while it waits for the server to connect',
    at: /^(?:LIST|MLSD)/,
    fake: {
      epsv: 'refused',
      pasv: 'refused',
      say: { PORT: '200 Fine', MLSD: '150 Go', 'LIST -A': '150 Go' },
    },
    changed: { active: 'ask' },
  },
  {
    name: 'while it waits for a bounce',
    at: /^NLST/,
    fake: { say: { PORT: '200 Fine', NLST: '150 Go' } },
    changed: { bounceAddress: addressOf('127.0.0.99'), points: ['bounce'] },
  },
] as const)('$name', async ({ at, fake, changed }) => {
  const { result, milliseconds } = await calledOff(at, fake, changed)
  expect(result).toMatchObject({ banned: false, service: { ended: 'cancelled' } })
  expect(milliseconds).toBeLessThan(2000)
})

test('between MKD and RMD: the folder that stays there is told', async () => {
  const tree = { ...fakeFtp.tree, '/': [folder], '/up': [] }
  const { result } = await calledOff(
    /^RMD/,
    { tree, perm: { '/up': 'elcm' }, say: { RMD: '' } },
    { proveWritable: 'ask' },
  )
  expect(result.service.ended).toBe('cancelled')
  expect(result.service.ftp?.cleanUp).toMatchObject([{ removed: false }])
})
