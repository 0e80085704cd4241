/** An FTP server of a few hundred lines, on loopback, that does right or wrong as a test tells it to. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { type FakeEntry, type FakeFtp, fakeFtp } from './ftp-manners.ts'

export interface RunningFtp {
  readonly port: number
  /** Every line that came, with the ordinal of its connection and whether it came in TLS. */
  readonly heard: readonly { readonly on: number; readonly line: string; readonly tls: boolean }[]
  readonly connections: () => number
  readonly made: readonly string[]
  /** The control connections at one time, at most. */
  readonly peak: () => number
  close(): void
}

export async function startFtp(options: Partial<FakeFtp>): Promise<RunningFtp> {
  const fake: FakeFtp = { ...fakeFtp, ...options }
  const sockets = new Set<Socket>()
  const servers = new Set<Server>()
  const heard: { on: number; line: string; tls: boolean }[] = []
  const made: string[] = []
  const counts = { connections: 0, now: 0, peak: 0 }
  const context =
    fake.certificate === null
      ? undefined
      : createSecureContext({
          cert: fake.certificate.cert,
          key: fake.certificate.key,
          maxVersion: fake.maxVersion,
        })
  const world: World = { fake, heard, made, context, track, listen, nextPort: 0 }
  const server = createServer((socket) => {
    track(socket)
    counts.connections++
    counts.peak = Math.max(counts.peak, ++counts.now)
    // Who said goodbye counts no more, although the system may tell of the end later.
    let isGone = false
    const leave = () => {
      if (!isGone) counts.now--
      isGone = true
    }
    socket.on('close', leave)
    if (counts.connections > fake.bansAfter) {
      socket.destroy()
      return
    }
    serveControl(world, socket, counts.connections, leave)
  })
  await new Promise<void>((resolve) => server.listen(0, fake.host, resolve))
  return {
    port: portOf(server),
    heard,
    made,
    connections: () => counts.connections,
    peak: () => counts.peak,
    close() {
      for (const socket of sockets) socket.destroy()
      for (const one of [server, ...servers]) one.close()
    },
  }

  function track(socket: Socket): Socket {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  async function listen(port: number, onSocket: (socket: Socket) => void): Promise<number> {
    const data = createServer((socket) => onSocket(track(socket)))
    servers.add(data)
    await new Promise<void>((resolve, reject) => {
      data.on('error', reject)
      data.listen(port, fake.host, resolve)
    })
    return portOf(data)
  }
}

interface World {
  readonly fake: FakeFtp
  readonly heard: { on: number; line: string; tls: boolean }[]
  readonly made: string[]
  readonly context: ReturnType<typeof createSecureContext> | undefined
  nextPort: number
  track(socket: Socket): Socket
  listen(port: number, onSocket: (socket: Socket) => void): Promise<number>
}

const portOf = (server: Server): number => {
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : 0
}

/** One client, one command after the other. */
function serveControl(world: World, raw: Socket, on: number, leave: () => void): void {
  const { fake } = world
  let stream: Socket = raw
  let pending = ''
  let busy: Promise<void> = Promise.resolve()
  let user: string | null = null
  let loggedIn: string | null = null
  let failures = 0
  let isPrivate = false
  let directory = '/'
  let channel: (() => Promise<Socket | null>) | null = null
  let tls = false

  const say = (text: string): void => {
    if (!stream.destroyed)
      stream.write(Buffer.from(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`, 'latin1'))
  }
  const onData = (chunk: Buffer): void => {
    pending += chunk.toString('latin1')
    busy = busy.then(drain)
  }
  const drain = async (): Promise<void> => {
    for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
      const line = pending.slice(0, end).replace(/\r$/, '').replaceAll('\xff\xff', '\xff')
      pending = pending.slice(end + 1)
      world.heard.push({ on, line, tls })
      await answer(line)
    }
  }
  const secure = async (): Promise<void> => {
    raw.off('data', onData)
    const kept = fake.injection === 'answered' ? pending : ''
    pending = ''
    const inner = new TLSSocket(raw, {
      isServer: true,
      ...(world.context ? { secureContext: world.context } : {}),
    })
    world.track(inner)
    stream = inner
    tls = true
    await new Promise<void>((resolve) => {
      inner.once('secure', resolve)
      inner.once('close', resolve)
    })
    inner.on('data', onData)
    pending = kept
    if (kept !== '') busy = busy.then(drain)
  }

  if (fake.tls === 'implicit') {
    void secure().then(() => say(fake.greeting))
  } else {
    raw.on('data', onData)
    say(fake.greeting)
  }

  async function answer(line: string): Promise<void> {
    const [word = '', ...words] = line.split(' ')
    const [verb, argument] = [word.toUpperCase(), words.join(' ')]
    const told = Object.hasOwn(fake.say, line.toUpperCase())
      ? fake.say[line.toUpperCase()]
      : fake.say[verb]
    if (told === null) {
      stream.destroy()
      return
    }
    if (told === '') return
    if (told !== undefined) return say(told)
    switch (verb) {
      case 'FEAT':
        return say(
          fake.features
            ? `211-Features:\n${fake.features.map((name) => ` ${name}\n`).join('')}211 End`
            : "500 'FEAT': command not understood",
        )
      case 'SYST':
        return say(fake.system)
      case 'NOOP':
        return say('200 OK')
      case 'USER':
        return onUser(argument)
      case 'PASS':
        return onPass(argument)
      case 'AUTH':
        if (fake.tls !== 'offered' && fake.tls !== 'required') return say('502 AUTH is not known')
        say('234 go on')
        if (fake.injection === 'in-clear' && pending !== '') return
        return secure()
      case 'PBSZ':
        return say('200 PBSZ=0')
      case 'PROT':
        isPrivate = argument === 'P'
        return say('200 PROT set')
      case 'QUIT':
        say('221 Goodbye')
        leave()
        stream.end()
        return
    }
    if (loggedIn === null) return say('530 Please login with USER and PASS')
    switch (verb) {
      case 'PWD':
        return say(`257 "${directory}" is the current directory`)
      case 'TYPE':
        return say('200 TYPE set')
      case 'STAT':
        return say(fake.status)
      case 'CWD': {
        const path = pathOf(argument)
        if (!(path in fake.tree)) return say('550 No such directory')
        directory = path
        return say('250 Directory changed')
      }
      case 'MLST':
        return say(`250-Listing\n type=dir;perm=${permOf(directory)}; ${directory}\n250 End`)
      case 'MKD':
        if (!/[cm]/.test(permOf(directory))) return say('550 Permission denied')
        world.made.push(pathOf(argument))
        return say(`257 "${pathOf(argument)}" created`)
      case 'RMD': {
        if (fake.removal === 'refused') return say('550 Permission denied')
        const at = world.made.indexOf(pathOf(argument))
        if (at < 0) return say('550 No such directory')
        world.made.splice(at, 1)
        return say('250 Removed')
      }
      case 'EPSV':
      case 'PASV':
        return passive(verb)
      case 'PORT':
        return active(argument)
      case 'MLSD':
        return fake.listing === 'mlsd' ? send(mlsd()) : say('500 MLSD is not known')
      case 'LIST':
        return fake.listing === 'list' ? send(list()) : refusal('LIST')
      case 'NLST':
        return fake.listing === 'refused'
          ? say('550 Permission denied')
          : send(
              here()
                .map(({ name }) => `${name}\r\n`)
                .join(''),
            )
      case 'RETR': {
        const name = argument.replace(/^.*\//, '')
        const file = fake.tree[argument.slice(0, -name.length - 1) || '/']?.find(
          (entry) => entry.name === name,
        )
        return file?.kind === 'file' ? send(file.body ?? '') : say('550 No such file')
      }
      default:
        return say(`500 '${verb}': command not understood`)
    }
  }

  function refusal(name: string): void {
    say(fake.listing === 'refused' ? '550 Permission denied' : `502 ${name} is not known`)
  }
  async function onUser(name: string): Promise<void> {
    user = name
    if (fake.tls === 'required' && !tls) {
      say(fake.refusal)
      if (fake.closesOnRefusal) stream.end()
      return
    }
    if (fake.anonymous === 'tls-only' && /^anonymous$/.test(name) && !tls)
      return say('530 Anonymous sessions must use encryption.')
    say('331 Please specify the password.')
  }
  async function onPass(password: string): Promise<void> {
    const isAnonymous = user === 'anonymous' && fake.anonymous !== 'no'
    if (isAnonymous || (user !== null && fake.users[user] === password)) {
      loggedIn = user
      return say('230 Login successful.')
    }
    if (fake.delay > 0) await new Promise((resolve) => setTimeout(resolve, fake.delay))
    if (++failures >= fake.patience) {
      say('421 Too many failed logins')
      stream.end()
      return
    }
    say('530 Login incorrect.')
  }

  async function passive(verb: 'EPSV' | 'PASV'): Promise<void> {
    const mode = verb === 'EPSV' ? fake.epsv : fake.pasv
    if (mode === 'refused') return say(`500 '${verb}': command not understood`)
    let arrived: (socket: Socket) => void = () => {}
    const first = new Promise<Socket>((resolve) => {
      arrived = resolve
    })
    const wanted = typeof fake.passivePorts === 'number' && verb === 'PASV'
    const port = wanted
      ? (fake.passivePorts as number) + world.nextPort++
      : await world.listen(0, (socket) => arrived(socket))
    // Nobody listens on port 1 of loopback, nor is it ever dialled; a dead port above is one just given back.
    const told = mode === 'dead' ? 65_535 : port
    channel = () => first
    if (verb === 'EPSV') return say(`229 Entering Extended Passive Mode (|||${told}|)`)
    const host = (fake.passiveHost ?? fake.host).replaceAll('.', ',')
    say(`227 Entering Passive Mode (${host},${told >> 8},${told & 255})`)
  }
  async function active(argument: string): Promise<void> {
    const numbers = argument.split(',').map(Number)
    const host = numbers.slice(0, 4).join('.')
    const port = (numbers[4] ?? 0) * 256 + (numbers[5] ?? 0)
    if (fake.port === 'own' && host !== raw.remoteAddress) return say('500 Illegal PORT command')
    channel =
      fake.port === 'silent'
        ? () => new Promise(() => {})
        : () =>
            new Promise((resolve) => {
              const socket = world.track(connect({ host, port, localAddress: fake.host }))
              socket.once('connect', () => resolve(socket))
              // A client may be gone before it was seen to be there.
              socket.once('close', () => resolve(null))
            })
    say('200 PORT command successful')
  }

  async function send(body: string): Promise<void> {
    if (!channel) return say('425 Use PORT or PASV first')
    const opening = channel
    channel = null
    say('150 Here it comes')
    if (fake.port === 'silent' && !fake.epsv) return
    const socket = await Promise.race([
      opening(),
      new Promise<null>((resolve) => setTimeout(resolve, 1000, null)),
    ])
    if (!socket)
      return say(fake.closing === fakeFtp.closing ? '425 No data connection' : fake.closing)
    const data = isPrivate ? await wrapped(socket) : socket
    if (!data) {
      socket.destroy()
      return say('522 SSL connection failed: session reuse required')
    }
    if (fake.pours !== null) {
      const chunk = Buffer.from(fake.pours.repeat(1000), 'latin1')
      const more = () => {
        while (chunk.length > 0 && !data.destroyed && data.write(chunk));
      }
      data.on('drain', more)
      more()
    }
    await new Promise<void>((resolve) => {
      data.on('close', () => resolve())
      if (fake.pours === null) data.end(Buffer.from(body, 'latin1'))
      data.resume()
    })
    say(fake.closing)
  }
  function wrapped(socket: Socket): Promise<TLSSocket | null> {
    const inner = new TLSSocket(socket, {
      isServer: true,
      ...(world.context ? { secureContext: world.context } : {}),
    })
    world.track(inner)
    return new Promise((resolve) => {
      inner.once('close', () => resolve(null))
      inner.once('secure', () => {
        const isWrong =
          (fake.data === 'reuse-required' && !inner.isSessionReused()) ||
          (fake.data === 'tls-1.2-only' && inner.getProtocol() === 'TLSv1.3')
        resolve(isWrong ? null : inner)
      })
    })
  }

  const pathOf = (argument: string): string =>
    argument.startsWith('/') ? argument : `${directory === '/' ? '' : directory}/${argument}`
  const permOf = (path: string): string => fake.perm[path] ?? 'el'
  const here = (): readonly FakeEntry[] => fake.tree[directory] ?? []
  const mlsd = (): string =>
    [
      `type=cdir;perm=${permOf(directory)}; .\r\n`,
      ...here().map(({ name, kind, body, perm }) => {
        const type = { file: 'file', directory: 'dir', link: 'OS.unix=slink:/etc' }[kind]
        const own = kind === 'directory' ? permOf(pathOf(name)) : 'r'
        return `type=${type};size=${body?.length ?? 0};modify=20260101120000;perm=${perm ?? own}; ${name}\r\n`
      }),
    ].join('')
  const list = (): string =>
    here()
      .map(({ name, kind, body, mode }) => {
        const bits = mode ?? (kind === 'directory' ? 'rwxr-xr-x' : 'rw-r--r--')
        const type = { file: '-', directory: 'd', link: 'l' }[kind]
        return `${type}${bits}   1 ftp      ftp      ${String(body?.length ?? 0).padStart(8)} Jan 01  2026 ${name}\r\n`
      })
      .join('')
}
