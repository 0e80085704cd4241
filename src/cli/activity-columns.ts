/** Columns of sections, and how tables show times and sizes. */
import type { SectionColumn, Value } from '../report/activity/section.ts'
import { UsageError } from './edges.ts'

export const column = (
  name: string,
  title: string,
  show?: SectionColumn['show'],
): SectionColumn => ({
  name,
  title,
  ...(show && { show }),
})
export const count = (
  name: string,
  title: string,
  show?: SectionColumn['show'],
): SectionColumn => ({
  ...column(name, title, show),
  align: 'right',
})

export const instant = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`
/** Times that no calendar has are shown as the number they are. */
export const iso = (value: Value): string => {
  if (typeof value !== 'number') return ''
  return Math.abs(value) <= 8.64e15 ? instant(value) : String(value)
}
export const yes = (value: Value): string => (value === true ? 'yes' : '')
export const size = (value: Value): string => {
  if (typeof value !== 'number') return ''
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const step = value === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
  return `${step === 0 ? value : (value / 1000 ** step).toFixed(1)} ${units[step]}`
}

const startOf = (day: string): string | null => {
  const time = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

/** Milliseconds since the epoch of an ISO time that somebody typed for the option. */
export function readInstant(option: string, text: string, orElse = 'is wanted'): number {
  const day = /^\d{4}-\d\d-\d\d/.exec(text)?.[0]
  // Date.parse takes 31 February for a day of March.
  const isDay = day !== undefined && startOf(day)?.startsWith(day) === true
  const time = isDay ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time))
    throw new UsageError(`${option}: an ISO time ${orElse}, not ${JSON.stringify(text)}`)
  return time
}
