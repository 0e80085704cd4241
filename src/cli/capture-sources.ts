/**
 * Captures of one call are one source, and each of them stays known by itself: among others of a later call it is left out, since
 * its flows would count again.
 */
import type { Lake } from '../store/lake/lake.ts'
import { type LakeSource, type MeaningfulOptions, sourceKey } from '../store/lake/source.ts'

export interface HashedCapture {
  readonly path: string
  /** Of its decompressed bytes; null for a stream, which nobody can read twice. */
  readonly sha256: string | null
}

/** Those that the lake has not. All of them where it has this very call, which is known then as a whole. */
export async function newCaptures<C extends HashedCapture>(
  lake: Lake,
  captures: readonly C[],
  meaning: MeaningfulOptions,
): Promise<readonly C[]> {
  const all = keyOf(captures, meaning)
  if (captures.length < 2 || (all !== null && (await lake.knows(all)))) return captures
  const fresh: C[] = []
  for (const capture of captures) {
    const key = keyOf([capture], meaning)
    if (key === null || !(await lake.knows(key))) fresh.push(capture)
  }
  return fresh
}

/** Null where one of them is a stream. */
export function keyOf(
  captures: readonly HashedCapture[],
  meaning: MeaningfulOptions,
): string | null {
  const hashes = captures.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]))
  return hashes.length < captures.length ? null : sourceKey(hashes.join('+'), meaning)
}

/** Enters each capture of a call that is in the lake as a source of its own, without events. */
export async function rememberCaptures(
  lake: Lake,
  captures: readonly HashedCapture[],
  meaning: MeaningfulOptions,
  source: Pick<LakeSource, 'witness' | 'context'>,
): Promise<void> {
  if (captures.length < 2) return
  for (const capture of captures) {
    const key = keyOf([capture], meaning)
    if (key !== null) await lake.ingest({ ...source, key, name: capture.path }, [])
  }
}
