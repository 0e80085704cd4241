import { z } from 'zod'
import { type AddressSet, parseAddresses } from '../model/address-set.ts'
import { type Edges, UsageError } from './edges.ts'
import { readFile } from './files.ts'

/** One account for one target: tried once. */
export interface Account {
  readonly addresses: AddressSet
  /** Null is every port of the target. */
  readonly port: number | null
  readonly user: string
  readonly password: string
  /** Whether the password may travel without TLS. */
  readonly clear: boolean
}

const line = z
  .string()
  .refine(
    (text) => [...text].every((sign) => sign >= ' ' && sign !== '\u007f'),
    'one line without control characters',
  )
const account = z.strictObject({
  target: z.string().min(1),
  port: z.int().min(1).max(65_535).optional(),
  user: line.min(1),
  password: line,
  clear: z.boolean().default(false),
})
const file = z.strictObject({ credentials: z.array(account).min(1) })

/** Decodes `--credentials`: others must not be able to read the file, and no message ever repeats a user or a password. */
export async function readCredentials(path: string, edges: Edges): Promise<readonly Account[]> {
  const mode = await edges.fileMode(path).catch(() => null)
  if (mode !== null && (mode & 0o077) !== 0)
    throw new UsageError(
      `${path}: others may read it (mode ${(mode & 0o777).toString(8).padStart(4, '0')}): chmod 600 ${path}`,
    )
  const decoded = file.safeParse(parseJson(path, await readFile(path, edges)))
  if (!decoded.success) {
    const [first] = decoded.error.issues
    throw new UsageError(
      `${path} /${first?.path.join('/') ?? ''}: ${first?.message ?? 'not a credentials file'}`,
    )
  }
  const accounts = decoded.data.credentials.map(({ target, port, ...rest }, i) => {
    const addresses = parseAddresses(target)
    if (!addresses)
      throw new UsageError(
        `${path} /credentials/${i}/target: not an address: ${JSON.stringify(target)}`,
      )
    return { ...rest, addresses, port: port ?? null }
  })
  return accounts
}

/** The parser's own message would quote the text, and with it a password. */
function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new UsageError(`${path}: not JSON`)
  }
}
