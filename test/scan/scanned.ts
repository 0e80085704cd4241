/** `portreeve scan` over real sockets, and its lines read back. */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scanSystem } from '../../src/scan/system.ts'
import { portreeve } from '../cli/world.ts'

export type Line = Readonly<Record<string, unknown>>

export interface Check {
  readonly id: string
  readonly answer: 'yes' | 'no' | 'unknown'
  readonly reason: string
  readonly lines: readonly number[]
}
export interface SeenFtp {
  readonly anonymous: string
  readonly writable: string
  readonly explicitTls: string
  readonly implicitTls: string
  readonly clearLoginAnonymous: string
  readonly clearLoginAccounts: string
  readonly tlsRequired: string
  readonly bounce: string
  readonly passiveAddress: string
  readonly features: readonly string[] | null
  readonly checks: readonly Check[]
  readonly transcript: readonly {
    readonly n: number
    readonly dir: string
    readonly text: string
    readonly connection: number
  }[]
  readonly files:
    | readonly {
        readonly path: string
        readonly bytes: number | null
        readonly category: string
        readonly content: string | null
      }[]
    | null
  readonly writableDirectories: readonly string[] | null
  readonly cleanUp: readonly { readonly path: string; readonly removed: boolean }[]
}
export interface SeenService {
  readonly address: string
  readonly port: number
  readonly recognition: string
  readonly protocol: string
  readonly product: {
    readonly name: string
    readonly version: string | null
    readonly cpe: string | null
  } | null
  readonly banner: string | null
  readonly ftp: SeenFtp | null
  readonly tls: {
    readonly offers: Readonly<Record<string, string>>
    readonly weakCiphers: readonly string[] | null
    readonly keyBits: number | null
    readonly notAfter: string | null
  } | null
  readonly ended: string
}
export interface Scanned {
  readonly code: number
  readonly err: string
  readonly text: string
  readonly lines: readonly Line[]
  readonly services: readonly SeenService[]
  readonly findings: readonly {
    readonly check: string
    readonly status: string
    readonly severity: string
  }[]
}

let runs = 0

/** Everything it printed, as lines. */
export async function scan(...args: readonly string[]): Promise<Scanned> {
  const checkpoint = join(tmpdir(), `portreeve-test-${process.pid}-${runs++}`)
  const options = ['--format', 'json', '--fail-on', 'never', '--checkpoint', checkpoint]
  try {
    const { code, out, err } = await portreeve(['scan', ...args, ...options], {
      network: scanSystem,
    })
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
    const of = (type: string) => lines.filter((line) => line['type'] === type)
    return {
      code,
      err,
      text: out,
      lines,
      services: of('service') as unknown as SeenService[],
      findings: of('finding') as unknown as Scanned['findings'],
    }
  } finally {
    rmSync(`${checkpoint}.found`, { force: true })
  }
}

export const checkOf = ({ checks }: SeenFtp, id: string): Check => {
  const found = checks.find((check) => check.id === id)
  if (!found) throw new TypeError(`no check ${id}`)
  return found
}
