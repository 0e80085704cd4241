/**
 * One process that is ten thousand FTP servers: it listens on every loopback address at one port and answers as the mix
 * says. `node bench/crowd.ts PORT known|unknown`; ends with its parent's standard input.
 */
import { createServer, type Socket } from 'node:net'
import { argv, exit, stdin, stdout } from 'node:process'

const [, , port = '2121', mix = 'known'] = argv

/** Greetings of servers that every scanner knows, and of servers that nobody ever saw. */
const greetings = {
  known: [
    '220 (vsFTPd 3.0.3)',
    '220 ProFTPD 1.3.8 Server (Debian) [::ffff:127.0.0.1]',
    '220 FileZilla Server 1.7.0',
    '220 Microsoft FTP Service',
    '220 pyftpdlib 1.5.7 ready.',
  ],
  unknown: [
    '220 harbour ready',
    '220-Willkommen\r\n220 bereit',
    '220 .',
    '220 node seven greets you',
  ],
} as const

const answers: Readonly<Record<string, string>> = {
  USER: '331 Please specify the password.',
  PASS: '530 Login incorrect.',
  SYST: '215 UNIX Type: L8',
  FEAT: '211-Features:\r\n EPSV\r\n MDTM\r\n PASV\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End',
  HELP: '214-Commands:\r\n USER PASS SYST FEAT QUIT\r\n214 End',
  QUIT: '221 Goodbye.',
}

const chosen = mix === 'unknown' ? greetings.unknown : greetings.known
const server = createServer({ noDelay: true }, serve)
server.listen({ port: Number(port), host: '0.0.0.0', backlog: 4096 }, () => stdout.write('ready\n'))
stdin.on('end', () => exit(0)).resume()

function serve(socket: Socket): void {
  const last = Number(socket.localAddress?.split('.').at(-1) ?? 0)
  socket.on('error', () => {})
  socket.write(`${chosen[last % chosen.length]}\r\n`)
  let pending = ''
  socket.on('data', (bytes) => {
    pending += bytes.toString('latin1')
    const lines = pending.split('\r\n')
    pending = lines.pop()?.slice(-512) ?? ''
    for (const line of lines) {
      const verb = line.split(' ', 1)[0]?.toUpperCase() ?? ''
      socket.write(`${answers[verb] ?? '500 Unknown command.'}\r\n`)
      if (verb === 'QUIT') socket.end()
    }
  })
}
