import type { Format } from '../format.ts'

export const html: Format = {
  name: 'html',
  description: 'one self-contained page',
  *render() {
    yield ''
  },
}
