import { describe, expect, test } from 'vitest'
import { guessingCount } from './guessing.ts'
import { addressOf, endOf, stage } from './testing/stage.ts'

const server = endOf('10.0.0.2:21')
const guesser = addressOf('10.0.0.1')
const at = (packet: number) => ({ document: 'x', packet })

const count = (times: readonly number[], rule = { failures: 3, window: 100 }) => {
  const guessing = guessingCount(rule, 10)
  for (const [i, time] of times.entries()) guessing.failed(guesser, server, time, at(i + 1))
  return guessing
}

describe('password guessing', () => {
  test.each([
    ['too few', [0, 1], 0],
    ['enough', [0, 1, 2], 1],
    ['too slow', [0, 60, 120, 180, 240], 0],
    ['at the edge of the window', [0, 50, 100], 1],
    ['just beyond it', [0, 50, 101], 0],
    ['slow, then fast', [0, 200, 400, 410, 420], 1],
  ])('%s', (_, times, found) => {
    expect(count(times).found()).toHaveLength(found)
  })

  test('says how many, when and where', () => {
    const guessing = count([0, 1, 2, 3, 500])
    guessing.succeeded(guesser, server)
    expect(guessing.found()).toEqual([
      {
        client: guesser,
        server,
        failed: 5,
        succeededAfter: 1,
        withinWindow: 3,
        from: 0,
        to: 500,
        at: [at(1), at(3), at(5)],
      },
    ])
  })

  test('keeps pairs apart, and no more than it may', () => {
    const guessing = count([0, 1, 2])
    for (let i = 0; i < 100; i++) guessing.failed(addressOf(`10.1.0.${i}`), server, 3, at(i))
    expect(guessing.found()).toMatchObject([{ client: guesser }])
  })

  test('is counted over sessions', () => {
    const made = stage({ guessing: { failures: 5 } })
    for (let i = 0; i < 3; i++)
      made
        .connect(`10.0.0.1:${4000 + i}`, '10.0.0.2:2121')
        .say([
          '< 220 x',
          '> USER a',
          '< 331 x',
          '> PASS b',
          '< 530 no',
          '> USER a',
          '< 331 x',
          '> PASS b',
          '< 530 no',
        ])
        .close()
    made
      .connect('10.0.0.1:5000', '10.0.0.2:2121')
      .say(['< 220 x', '> USER a', '< 331 x', '> PASS b', '< 230 in'])
      .close()
    expect(made.end().sink.summary().guessing).toMatchObject([
      { client: guesser, server: { port: 2121 }, failed: 6, succeededAfter: 1 },
    ])
  })
})
