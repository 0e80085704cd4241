/**
 * Which folder of `src` may import which. The one table: `architecture.test.ts` holds the sources, the linter's
 * configuration and `docs/architecture.md` against it. A folder may be in the table before it exists.
 */
export interface Place {
  /** Folders it may import beside itself; `any` is every folder, less those in `except`. */
  readonly imports: readonly string[] | 'any'
  readonly except?: readonly string[]
  /** Pure folders know no I/O, clock or randomness: no Node modules, no packages, no such globals. */
  readonly nature: 'pure' | 'effects'
  /** Subfolders that a pure folder keeps its effects in. */
  readonly effectsBelow?: readonly string[]
  /** Files of a folder that alone may reach the network; all others of it take what they need as arguments. */
  readonly networkIn?: readonly string[]
}

export const arrows: Readonly<Record<string, Place>> = {
  model: { imports: [], nature: 'pure' },
  exposure: { imports: ['model'], nature: 'pure' },
  checks: { imports: ['model', 'exposure'], nature: 'pure' },
  compliance: { imports: ['model', 'exposure', 'checks'], nature: 'pure' },
  remediation: { imports: ['model', 'exposure', 'checks'], nature: 'pure' },
  score: { imports: ['model', 'exposure', 'checks'], nature: 'pure' },
  knowledge: { imports: ['model', 'checks', 'compliance'], nature: 'pure' },
  // A certificate is read by the platform's parser: a computation, but of a Node module.
  protocols: { imports: ['model'], nature: 'pure', effectsBelow: ['tls/certificate'] },
  cloud: { imports: ['model'], nature: 'pure', effectsBelow: ['*/collect', '*/change'] },
  documents: { imports: ['model'], nature: 'effects' },
  iac: { imports: ['model', 'cloud', 'documents'], nature: 'effects' },
  scan: {
    imports: ['model', 'protocols'],
    nature: 'effects',
    networkIn: [
      'dial.ts',
      'socket-connection.ts',
      'socket-listener.ts',
      'system.ts',
      'tls.ts',
      'tls-facts.ts',
    ],
  },
  capture: { imports: ['model', 'protocols'], nature: 'effects', networkIn: ['live.ts'] },
  logs: { imports: ['model', 'protocols'], nature: 'effects' },
  vulnerabilities: { imports: ['model', 'protocols'], nature: 'effects' },
  hardening: { imports: ['model', 'protocols'], nature: 'effects' },
  report: { imports: ['model', 'checks', 'compliance', 'knowledge'], nature: 'effects' },
  store: { imports: ['model'], nature: 'effects' },
  access: { imports: ['model'], nature: 'effects' },
  automation: { imports: ['model'], nature: 'effects' },
  server: { imports: 'any', except: ['cli', 'web'], nature: 'effects' },
  cli: { imports: 'any', except: ['server', 'web'], nature: 'effects' },
  web: { imports: ['model'], nature: 'effects' },
}

export const folders: readonly string[] = Object.keys(arrows)

/** Whether files of one folder may import files of the other. */
export function mayImport(from: string, to: string): boolean {
  const place = arrows[from]
  if (!place || !(to in arrows)) return false
  if (from === to) return true
  return place.imports === 'any' ? !place.except?.includes(to) : place.imports.includes(to)
}

/** Modules that reach the network, with and without `node:`. */
export const networkModules: readonly string[] = [
  'child_process',
  'dgram',
  'dns',
  'dns/promises',
  'http',
  'http2',
  'https',
  'net',
  'tls',
].flatMap((name) => [`node:${name}`, name])

/** Globals that pure folders never name. */
export const impureGlobals: readonly string[] = [
  'process',
  'fetch',
  'performance',
  'crypto',
  'console',
  'globalThis',
  'require',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
]
/** Members of globals that are otherwise pure. The linter finds these by `lint/pure-folders.grit`. */
export const impureMembers: readonly string[] = ['Date.now', 'Math.random', 'Temporal.Now']
