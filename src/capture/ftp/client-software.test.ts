import { expect, test } from 'vitest'
import { clientOf } from './client-software.ts'

test.each([
  [[], null],
  [['FileZilla 3.67.1'], { name: 'FileZilla', version: '3.67.1' }],
  [['NcFTPGet 3.2.6 linux-x86_64'], { name: 'NcFTP', version: '3.2.6' }],
  [['lftp/4.9.2'], { name: 'LFTP', version: '4.9.2' }],
  [['WinSCP-release-6.3.4'], { name: 'WinSCP', version: '6.3.4' }],
  [['Total Commander (UTF-8)'], { name: 'Total Commander', version: null }],
  [['MyTool 1.0'], { name: 'MyTool', vendor: 'unknown', version: '1.0' }],
  [['<script>'], null],
  [['x'.repeat(300)], null],
])('%j', (hints, product) => {
  const found = clientOf(hints)
  if (product === null) expect(found).toBeNull()
  else expect(found).toMatchObject({ ...product, from: ['clnt'] })
})
