/**
 * Thousands of connections that end with one signal. It gets one listener, whatever their number: taking one of thousands
 * off a signal walks over all of them.
 */
const sets = new WeakMap<AbortSignal, Set<() => void>>()

/** Calls back when the signal is aborted; the result calls that off. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = sets.get(signal) ?? newSet(signal)
  callbacks.add(callback)
  return () => void callbacks.delete(callback)
}

function newSet(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>()
  sets.set(signal, callbacks)
  signal.addEventListener('abort', () => {
    for (const callback of callbacks) callback()
  })
  return callbacks
}
