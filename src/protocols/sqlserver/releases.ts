/** Releases of SQL Server by the version they print (Microsoft Learn, "Latest updates and version history for SQL Server"). */
import type { Product } from '../../model/service.ts'
import { cpe } from '../cpe.ts'

interface Release {
  readonly major: number
  /** SQL Server 2008 R2 is 10.50; null where the minor number tells nothing. */
  readonly minor: number | null
  readonly name: string
  /** First builds of the service packs, SP1 first. */
  readonly packs: readonly number[]
  /** Since 2016 the dictionary holds a product a release, with builds as versions; before, years as versions. */
  readonly cpe: (version: string, pack: string | null) => string
}

const byBuild = (product: string) => (version: string) => cpe('microsoft', product, version, null)
const byYear = (year: string) => (_: string, pack: string | null) =>
  cpe('microsoft', 'sql_server', year, pack)

const releases: readonly Release[] = [
  { major: 17, minor: null, name: '2025', packs: [], cpe: byBuild('sql_server_2025') },
  { major: 16, minor: null, name: '2022', packs: [], cpe: byBuild('sql_server_2022') },
  { major: 15, minor: null, name: '2019', packs: [], cpe: byBuild('sql_server_2019') },
  { major: 14, minor: null, name: '2017', packs: [], cpe: byBuild('sql_server_2017') },
  {
    major: 13,
    minor: null,
    name: '2016',
    packs: [4001, 5026, 6300],
    cpe: byBuild('sql_server_2016'),
  },
  { major: 12, minor: null, name: '2014', packs: [4100, 5000, 6024], cpe: byYear('2014') },
  { major: 11, minor: null, name: '2012', packs: [3000, 5058, 6020, 7001], cpe: byYear('2012') },
  { major: 10, minor: 50, name: '2008 R2', packs: [2500, 4000, 6000], cpe: byYear('2008_r2') },
  { major: 10, minor: 0, name: '2008', packs: [2531, 4000, 5500, 6000], cpe: byYear('2008') },
  { major: 9, minor: null, name: '2005', packs: [2047, 3042, 4035, 5000], cpe: byYear('2005') },
  { major: 8, minor: null, name: '2000', packs: [384, 534, 760, 2039], cpe: byYear('2000') },
]

/** The build that SQL Server 2014 shares with Azure SQL Database, which always prints it. */
const azureBuild = '12.0.2000'

/** `version` is `major.minor.build`. Releases that are not known keep their version and have no name in the dictionary. */
export function productOf(version: string): Product {
  const found = version === azureBuild ? null : findRelease(version)
  return {
    vendor: 'Microsoft',
    name: found ? `SQL Server ${found.release.name}` : 'SQL Server',
    version,
    cpe: found ? found.release.cpe(version, found.pack === 0 ? null : `sp${found.pack}`) : null,
    confidence: version === azureBuild ? 0.6 : 0.95,
    from: ['prelogin'],
  }
}

/** For people: `2016 SP2`; null where the release is not known. */
export function releaseOf(version: string): string | null {
  if (version === azureBuild) return '2014 or Azure SQL Database'
  const found = findRelease(version)
  return found && `${found.release.name}${found.pack === 0 ? '' : ` SP${found.pack}`}`
}

function findRelease(version: string): { release: Release; pack: number } | null {
  const [major, minor, build = 0] = version.split('.').map(Number)
  const release = releases.find(
    (each) => each.major === major && (each.minor === null || each.minor === minor),
  )
  return release ? { release, pack: release.packs.filter((first) => build >= first).length } : null
}
