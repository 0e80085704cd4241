import { afterAll, beforeAll, describe } from 'vitest'
import { serversRequired } from './place.ts'
import { type Needs, whyNot } from './running.ts'

/**
 * Tests against a real server, started before them and ended after them. Where it cannot be started they skip and say in
 * their name why; where `PORTREEVE_REQUIRE_SERVERS` is 1 (CI) that is an error. `body` is run to find the tests in any
 * case, so it asks for the server inside of them only.
 */
export function describeServers<S extends { stop(): Promise<void> }>(
  name: string,
  needed: { readonly needs: Needs; readonly port: number },
  start: () => Promise<S>,
  body: (server: () => S) => void,
): void {
  const reason = whyNot(needed.needs, needed.port)
  if (reason !== null && serversRequired) throw new Error(`${name}: ${reason}`)
  describe.skipIf(reason !== null)(reason === null ? name : `${name} (${reason})`, () => {
    let running: S | null = null
    beforeAll(async () => {
      running = await start()
    })
    afterAll(async () => {
      await running?.stop()
    })
    body(() => {
      if (running === null) throw new Error(`${name} is not running`)
      return running
    })
  })
}
