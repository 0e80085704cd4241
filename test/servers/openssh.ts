/** OpenSSH's server. It works under an account that owns nothing, because only so it asks for no account of its own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { own } from './content.ts'
import { isRoot, packageVersion, programs, runProgram } from './place.ts'
import { type Place, type Running, startIn } from './running.ts'

export const needs = 'any'

export const start = (place: Place = {}): Promise<Running> =>
  startIn(place, 22, (folder, address, port) => {
    const key = join(folder, 'host-key')
    runProgram(programs.sshKeygen, ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    own(key, nobody)
    const file = join(folder, 'sshd_config')
    const lines = [
      `ListenAddress ${address}:${port}`,
      `HostKey ${key}`,
      'PidFile none',
      'UsePAM no',
      'PasswordAuthentication no',
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    const command = [programs.sshd, '-D', '-e', '-f', file]
    return {
      ...(isRoot
        ? { program: '/usr/bin/setpriv', options: [...asNobody, ...command] }
        : { program: programs.sshd, options: command.slice(1) }),
      expected: {
        protocol: 'ssh',
        product: 'OpenSSH',
        version: packageVersion('openssh-server'),
        names: { product: 'greeting', version: 'greeting' },
        ftp: null,
      },
    }
  })

const nobody = 65_534
/** Its ports stay open to it below 1024 too. */
const asNobody = [
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  '--inh-caps=+net_bind_service',
  '--ambient-caps=+net_bind_service',
]
