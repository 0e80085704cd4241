/** Opens what the lake of a folder is worked with. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Catalogue } from '../catalogue/catalogue.ts'
import { LakeBusyError, WriterLock } from '../catalogue/lock.ts'
import { recover, sweep } from './batch.ts'
import { openDuck } from './duck.ts'
import type { LakeParts } from './parts.ts'
import { spillFolder } from './spill.ts'
import { defaultLimits, type LakeWorld } from './world.ts'

export interface OpenParts {
  readonly parts: LakeParts
  readonly close: () => Promise<void>
}

/** Undoes what a process that died left half done, unless another one writes at the moment and will do it. */
export async function openParts(folder: string, world: LakeWorld): Promise<OpenParts> {
  await mkdir(join(folder, 'lake'), { recursive: true })
  const spill = await spillFolder(folder)
  const catalogue = new Catalogue(join(folder, 'catalogue.sqlite'))
  const limits = { ...defaultLimits, ...world.limits }
  const parts: LakeParts = {
    folder,
    catalogue,
    lock: new WriterLock(join(folder, 'writer.lock')),
    duck: await openDuck(limits, spill),
    limits,
    now: world.now,
    killPoint: world.killPoint ?? (() => undefined),
  }
  await tidy(parts)
  return {
    parts,
    async close() {
      parts.duck.closeSync()
      await catalogue.close()
      await rm(spill, { recursive: true, force: true })
    },
  }
}

async function tidy(parts: LakeParts): Promise<void> {
  try {
    await parts.lock.hold(async () => {
      await recover(parts)
      await sweep(parts)
    }, 0)
  } catch (cause) {
    if (!(cause instanceof LakeBusyError)) throw cause
  }
}
