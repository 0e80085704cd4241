/** An HTTP server, which says nothing before it is asked: the one of Python's library. */
import { python, runProgram } from './place.ts'
import { type Place, type Running, startIn } from './running.ts'

export const needs = 'any'

export const start = (place: Place = {}): Promise<Running> =>
  startIn(place, 80, (folder, address, port) => ({
    program: python,
    options: ['-m', 'http.server', '--bind', address, '--directory', folder, `${port}`],
    expected: {
      protocol: 'http',
      product: 'Python http.server',
      version: runProgram(python, [
        '-c',
        'import platform; print(platform.python_version())',
      ]).trim(),
      names: { product: 'greeting', version: 'greeting' },
      ftp: null,
    },
  }))
