/** What captures and logs show to be wrong, in the same contract as an audit's findings. */
import { expect, test } from 'vitest'
import { scanSystem } from '../../src/scan/system.ts'
import { portreeve } from '../cli/world.ts'

const connects = (second: string, pid: number, client: string) =>
  `Sat Nov 21 09:0${second} 2026 [pid ${pid}] CONNECT: Client "${client}"`
const vsftpd = [
  connects('0:00', 3, '198.51.100.7'),
  'Sat Nov 21 09:00:01 2026 [pid 2] [ftp] OK LOGIN: Client "198.51.100.7", anon password "canary-8f"',
  'Sat Nov 21 09:00:02 2026 [pid 4] [ftp] OK DOWNLOAD: Client "198.51.100.7", "/pub/id_rsa", 9 bytes, 1.00Kbyte/sec',
  ...[10, 11, 12, 13, 14].flatMap((pid) => [
    connects(`1:${pid}`, pid, '203.0.113.9'),
    `Sat Nov 21 09:01:${pid} 2026 [pid ${pid}] [root] FAIL LOGIN: Client "203.0.113.9"`,
  ]),
].join('\n')
/** In Zeek's documented form, not recorded. */
const zeek = JSON.stringify({
  ts: 1_795_251_603,
  uid: 'C1',
  'id.orig_h': '198.51.100.7',
  'id.orig_p': 50_001,
  'id.resp_h': '192.0.2.22',
  'id.resp_p': 21,
  user: 'ann',
  command: 'RETR',
  arg: 'ftp://192.0.2.22/a.pdf',
  reply_code: 226,
})

interface Line {
  readonly type?: string
  readonly status?: string
  readonly check?: string
  readonly resource?: { readonly id: string }
  readonly severity?: string
}

async function findings(...more: readonly string[]) {
  const args = ['ingest', 'vsftpd.log', 'ftp.log', '--no-store', '-f', 'json', '--timezone', 'UTC']
  const { code, out } = await portreeve([...args, '--server', '192.0.2.21:2121', ...more], {
    files: { 'vsftpd.log': vsftpd, 'ftp.log': zeek },
    network: scanSystem,
  })
  expect(out).not.toContain('canary')
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
  const found = lines.filter(({ type }) => type === 'finding')
  expect(found.every(({ status }) => status === 'fail')).toBe(true)
  return {
    code,
    found: found.map(({ check, resource, severity }) => `${severity} ${check} ${resource?.id}`),
  }
}

const server = 'local/192.0.2.21:2121/tcp'
const other = 'local/192.0.2.22:21/tcp'

test('of logs', async () => {
  const { code, found } = await findings('--guess-failures', '5')
  expect(code).toBe(0)
  expect(new Set(found)).toEqual(
    new Set([
      `medium ftp-server-anonymous-login ${server}`,
      `low ftp-server-custom-port ${server}`,
      `high ftp-server-sensitive-files ${server}`,
      `medium ftp-server-guessing ${server}`,
      `high ftp-server-clear-text-login ${other}`,
    ]),
  )
})
test('fewer failures than asked for are no guessing, and a severity makes the exit code', async () => {
  const { code, found } = await findings('--guess-failures', '6', '--fail-on', 'high')
  expect(found.some((one) => one.includes('guessing'))).toBe(false)
  expect(code).toBe(1)
})
