/** Which server of the MySQL family this is, from the version it prints in its greeting. */
import type { Product } from '../../model/service.ts'
import { cpe } from '../cpe.ts'

interface Mark {
  readonly text: RegExp
  readonly vendor: string
  readonly name: string
  readonly cpe: readonly [vendor: string, product: string] | null
  readonly confidence: number
}

/**
 * The first that fits; group 1 is the version. `5.5.5-` before MariaDB's own version is a prefix for old replicas
 * (MariaDB's documentation of the protocol). The names of forks are part of the version; Percona counts its own builds
 * after a hyphen, where distributions put words.
 */
const marks: readonly Mark[] = [
  {
    text: /^(?:5\.5\.5-)?(\d+\.\d+\.\d+)[^ ]*-MariaDB/i,
    vendor: 'MariaDB',
    name: 'MariaDB',
    cpe: ['mariadb', 'mariadb'],
    confidence: 0.95,
  },
  {
    text: /-TiDB-v(\d+\.\d+\.\d+)/i,
    vendor: 'PingCAP',
    name: 'TiDB',
    cpe: ['pingcap', 'tidb'],
    confidence: 0.95,
  },
  { text: /^[\d.]+-Vitess/i, vendor: 'Vitess', name: 'Vitess', cpe: null, confidence: 0.9 },
  { text: /ProxySQL/i, vendor: 'ProxySQL', name: 'ProxySQL', cpe: null, confidence: 0.9 },
  {
    text: /SingleStore|MemSQL/i,
    vendor: 'SingleStore',
    name: 'SingleStore',
    cpe: null,
    confidence: 0.9,
  },
  {
    text: /^(\d+\.\d+\.\d+)-(?:percona|rel\d|\d+(?:\.\d+)*(?:-log)?$)/i,
    vendor: 'Percona',
    name: 'Percona Server',
    cpe: ['percona', 'percona_server'],
    confidence: 0.85,
  },
  {
    text: /^(\d+\.\d+\.\d+)(?:$|[-.+~ ])/,
    vendor: 'Oracle',
    name: 'MySQL',
    cpe: ['oracle', 'mysql'],
    confidence: 0.85,
  },
]

/** Null when the text is no version that anybody of the family prints. */
export function productOf(printed: string): Product | null {
  for (const { text, vendor, name, cpe: named, confidence } of marks) {
    const found = text.exec(printed)
    if (!found) continue
    const version = found[1] ?? null
    return {
      vendor,
      name,
      version,
      cpe: named && cpe(...named, version),
      confidence,
      from: ['banner'],
    }
  }
  return null
}

/** Refusals name the server: "… is not allowed to connect to this MariaDB server". */
export function productOfRefusal(message: string): Product | null {
  if (/\bMariaDB\b/.test(message))
    return {
      vendor: 'MariaDB',
      name: 'MariaDB',
      version: null,
      cpe: cpe('mariadb', 'mariadb', null),
      confidence: 0.9,
      from: ['wording'],
    }
  if (/\bto this MySQL server\b/.test(message))
    return {
      vendor: 'Oracle',
      name: 'MySQL',
      version: null,
      cpe: cpe('oracle', 'mysql', null),
      confidence: 0.6,
      from: ['wording'],
    }
  return null
}
