import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPacketsInOrder } from './packet-order.ts'
import { firstMicros, pcap, u32 } from './testing/packets.ts'
import { inMemory } from './testing/streams.ts'

test('packets spread over sources in any way come in the order of their times', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
      async (places, pieces) => {
        const sources = [0, 1, 2, 3].map((place) => {
          const frames = places.flatMap((of, i) =>
            of === place ? [{ bytes: u32(i), micros: firstMicros + i * 1000 }] : [],
          )
          return inMemory(pcap(frames), pieces, `${place}`)
        })
        const order: number[] = []
        const from: string[] = []
        const documents = await readPacketsInOrder(
          sources,
          {
            take({ view, at }, tally, document) {
              tally.packets++
              order.push(view.getUint32(at))
              from.push(document)
            },
          },
          {},
        )
        expect(order).toEqual(places.map((_, i) => i))
        expect(from).toEqual(places.map(String))
        expect(documents.map(({ packets }) => packets)).toEqual(
          [0, 1, 2, 3].map((place) => places.filter((of) => of === place).length),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('a source whose own times go back is read in its own order, beside the others', async () => {
  const at = (n: number, seconds: number) => ({
    bytes: u32(n),
    micros: firstMicros + seconds * 1e6,
  })
  const order: number[] = []
  await readPacketsInOrder(
    [
      inMemory(pcap([at(1, 1), at(2, 5), at(3, 2), at(4, 6)])),
      inMemory(pcap([at(11, 3), at(12, 7)])),
    ],
    {
      take({ view, at: place }) {
        order.push(view.getUint32(place))
      },
    },
    {},
  )
  expect(order).toEqual([1, 11, 2, 3, 4, 12])
})

test('what was read so far is told', async () => {
  const frames = Array.from({ length: 30 }, (_, i) => ({ bytes: u32(i), micros: i }))
  const told: number[] = []
  await readPacketsInOrder(
    [inMemory(pcap(frames), [100])],
    { take: (_packet, tally) => void tally.packets++ },
    { onProgress: (packets) => told.push(packets) },
  )
  expect(told.at(-1)).toBe(30)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
})
