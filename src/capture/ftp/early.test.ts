import { describe, expect, test } from 'vitest'
import { anonymous, client, login, server, stage } from './testing/stage.ts'

const early = { servers: 'early' } as const

describe('a server that is told of early', () => {
  test('is told of while its first session goes on', () => {
    const staged = stage(early)
    const wire = staged.connect(client, server).say(login.slice(0, 3))
    expect(staged.services()).toMatchObject([{ recognition: 'ftp', product: { name: 'vsftpd' } }])
    expect(staged.sessions()).toEqual([])
    wire.say(login.slice(3))
    expect(staged.services().at(-1)?.ftp?.clearLoginAccounts).toBe('yes')
    expect(staged.sessions()).toEqual([])
  })

  test('is told of again only where more was learned', () => {
    const staged = stage(early)
    staged.connect(client, server).say(login)
    const first = staged.services().length
    for (let i = 1; i < 20; i++)
      staged
        .connect(`10.0.1.${i}:40000`, server)
        .say([...login, '> NOOP', '< 200 ok'])
        .close()
    expect(staged.services()).toHaveLength(first)
    staged.connect('10.0.2.1:40000', server).say(anonymous)
    expect(staged.services().length).toBeGreaterThan(first)
    expect(staged.services().at(-1)?.ftp?.anonymous).toBe('yes')
  })

  test('has its files once a listing is answered', () => {
    const staged = stage(early)
    const control = staged.connect(client, server).say(login)
    const files = () =>
      staged
        .services()
        .at(-1)
        ?.ftp?.files?.map(({ path }) => path) ?? null
    const told: (readonly string[] | null)[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      control.say(['> PASV', '< 227 x (10,0,0,2,200,1)'])
      const data = staged.connect('10.0.0.1:40001', '10.0.0.2:51201')
      control.say(['> LIST /pub', '< 150 ok'])
      data.server(`-rw-r--r--   1 ftp  ftp  77 Aug 16  2009 ${name}\r\n`).close()
      control.say(['> NOOP'])
      told.push(files())
      control.say(['< 226 ok'])
    }
    expect(told).toEqual([null, ['/pub/a'], ['/pub/a', '/pub/b'], ['/pub/a', '/pub/b', '/pub/c']])
    expect(files()).toHaveLength(4)
  })

  test('comes to the same as one that is told of with its sessions', () => {
    const last = ['early', 'with-sessions'] as const
    const [one, other] = last.map((servers) => {
      const staged = stage({ servers })
      staged
        .connect(client, server)
        .say([...login, '> SYST', '< 215 UNIX Type: L8', '> QUIT', '< 221 bye'])
        .close()
      return staged.end().services().at(-1)
    })
    expect(one?.ftp?.checks.map(({ id, answer }) => `${id} ${answer}`)).toEqual(
      other?.ftp?.checks.map(({ id, answer }) => `${id} ${answer}`),
    )
    expect(one?.product).toEqual(other?.product)
  })
})

test('without being asked for, a server is told of with its first session', () => {
  const staged = stage()
  const wire = staged.connect(client, server).say(login)
  expect(staged.services()).toEqual([])
  wire.close()
  expect(staged.services()).toHaveLength(1)
})
