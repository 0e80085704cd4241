/** A lake in a folder that goes away with the test. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Lake, openLake } from '../lake/lake.ts'
import type { LakeWorld } from '../lake/world.ts'

export const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'portreeve-lake-'))
export const dropFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

export async function withLake<T>(
  world: LakeWorld,
  use: (lake: Lake, folder: string) => Promise<T>,
): Promise<T> {
  const folder = makeFolder()
  try {
    const lake = await openLake(folder, world)
    try {
      return await use(lake, folder)
    } finally {
      await lake.close()
    }
  } finally {
    dropFolder(folder)
  }
}

/** Every file below the lake's own folder, finished or not. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(folder, 'lake'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.parquet/.test(name))
    .sort()
