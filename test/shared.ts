import { describe } from 'vitest'
import { sharedFolder } from '../scripts/shared-folder.ts'

/**
 * Tests that read the material beside the project: they skip where it is not there, and say so in their names.
 * `body` reads the folder inside its tests only, because it is run to find them in any case.
 */
export function describeShared(name: string, body: (folder: string) => void): void {
  describe.skipIf(sharedFolder === null)(`${name} (needs ../shared)`, () => {
    body(sharedFolder ?? 'absent')
  })
}
