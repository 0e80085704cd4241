/** What follows from the table of arrows: the linter's overrides and the rows of `docs/architecture.md`. */
import { arrows, folders, impureGlobals, mayImport, networkModules, type Place } from './arrows.ts'

/** The last of `overrides` in `biome.json`: the last one wins. */
export const linterOverrides = (): readonly object[] => [
  ...Object.entries(arrows).flatMap(([folder, place]) => importOverrides(folder, place)),
  purityOverride(),
]

/** `| \`checks/\` | model, exposure | pure |`, a row a folder. */
export const documentedRows = (): readonly string[] =>
  Object.entries(arrows).map(([folder, { imports, except = [], nature, effectsBelow = [] }]) => {
    const allowed =
      imports === 'any' ? `any but ${except.join(', ')}` : imports.join(', ') || 'nothing'
    const below = effectsBelow.map((path) => ` (effects below \`${path}\`)`).join('')
    return `| \`${folder}/\` | ${allowed} | ${nature}${below} |`
  })

/** The mark of such a row in the page. */
export const isDocumentedRow = (line: string): boolean => /^\| `\w+\/` \|/.test(line)

function importOverrides(
  folder: string,
  { nature, effectsBelow = [], networkIn }: Place,
): readonly object[] {
  const forbidden = folders.filter((other) => !mayImport(folder, other))
  const arrowsOnly = {
    group: ['**/main.ts', `**/{${forbidden.join(',')}}/**`],
    message: `Against the arrows (docs/architecture.md): not for ${folder}.`,
  }
  const ownOnly = {
    group: ['**', '!./**', '!../**'],
    message: `${folder} is pure: no Node modules, no packages.`,
  }
  const override = (includes: readonly string[], patterns: readonly object[]) => ({
    includes,
    linter: {
      rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } },
    },
  })
  const own = [`src/${folder}/**`, '!**/*.test.ts']
  if (networkIn) {
    const noNetwork = {
      group: networkModules,
      message: `Only ${networkIn.join(', ')} of ${folder} reach the network or start programs.`,
    }
    const others = [
      ...own,
      ...networkIn.map((file) => `!src/${folder}/${file}`),
      // What only tests use.
      `!src/${folder}/testing/**`,
      '!**/*.test.data.ts',
    ]
    return [override(own, [arrowsOnly]), override(others, [arrowsOnly, noNetwork])]
  }
  if (nature === 'effects') return [override(own, [arrowsOnly])]
  const pure = override(
    [...own, ...effectsBelow.map((path) => `!src/${folder}/${path}/**`)],
    [arrowsOnly, ownOnly],
  )
  return effectsBelow.length > 0 ? [override(own, [arrowsOnly]), pure] : [pure]
}

function purityOverride(): object {
  const pure = Object.entries(arrows).filter(([, { nature }]) => nature === 'pure')
  return {
    includes: [
      ...pure.map(([folder]) => `src/${folder}/**`),
      ...pure.flatMap(([folder, { effectsBelow = [] }]) =>
        effectsBelow.map((path) => `!src/${folder}/${path}/**`),
      ),
      '!**/*.test.ts',
    ],
    plugins: ['./lint/pure-folders.grit'],
    linter: {
      rules: {
        style: {
          noRestrictedGlobals: {
            level: 'error',
            options: {
              deniedGlobals: Object.fromEntries(
                impureGlobals.map((name) => [name, 'A pure folder takes it as an argument.']),
              ),
            },
          },
        },
      },
    },
  }
}
