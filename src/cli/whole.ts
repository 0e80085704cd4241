import { InvalidArgumentError } from 'commander'

/** A number from 1 to 9,999,999. */
export function whole(value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidArgumentError('a number from 1 is wanted.')
  return Number(value)
}
