/**
 * Lines of a stream: CRLF or bare LF, Telnet commands removed (RFC 854), bounded. What has not been looked at yet stays
 * as it came, so that bytes behind the last line taken (a TLS record after `234`) are whole.
 */

type Telnet = 'data' | 'iac' | 'option' | 'sub' | 'sub-iac'

export interface LineState {
  /** Bytes not yet looked at. */
  readonly rest: string
  /** The line so far, without Telnet commands. */
  readonly line: string
  readonly telnet: Telnet
  /** Bytes of the subnegotiation so far. */
  readonly negotiated: number
  /** A Telnet command was taken out of this line. */
  readonly interrupted: boolean
  /** The line was too long and has been told of: drop bytes to its end. */
  readonly dropping: boolean
}

/** `end` tells how the line ended; `none` is the end of the stream. */
export interface Line {
  readonly text: string
  readonly end: 'crlf' | 'lf' | 'none'
  readonly telnet: boolean
}

export type LineStep =
  | { readonly kind: 'more'; readonly state: LineState }
  | { readonly kind: 'line'; readonly line: Line; readonly state: LineState }
  | { readonly kind: 'too-long'; readonly sample: string; readonly state: LineState }

export const lineStart: LineState = {
  rest: '',
  line: '',
  telnet: 'data',
  negotiated: 0,
  interrupted: false,
  dropping: false,
}

const sampleLength = 128
/** A subnegotiation that nobody ends must not swallow the conversation. */
const maxNegotiation = 1024

/** The next line of `state` and `chunk` (wire text). Call again with an empty chunk until it asks for more. */
export function stepLine(state: LineState, chunk: string, maxLine: number): LineStep {
  const raw = state.rest === '' ? chunk : state.rest + chunk
  const end = raw.indexOf('\n')
  const head = end < 0 ? raw : raw.slice(0, end)
  if (state.telnet === 'data' && !head.includes('\u00ff')) {
    const rest = end < 0 ? '' : raw.slice(end + 1)
    return settle({ ...state, line: grown(state, head, maxLine), rest }, end >= 0, maxLine)
  }
  return stepTelnet(state, raw, maxLine)
}

/** What is left of a stream that ended: its last line, if it has no end. */
export function lastLine(state: LineState): Line | undefined {
  return state.line === '' || state.dropping
    ? undefined
    : { text: chomp(state.line), end: 'none', telnet: state.interrupted }
}

/** One character beyond the limit is enough to know that a line is too long. */
const grown = ({ line, dropping }: LineState, more: string, maxLine: number): string =>
  dropping
    ? ''
    : line.length + more.length > maxLine
      ? (line + more).slice(0, maxLine + 1)
      : line + more

function settle(state: LineState, ended: boolean, maxLine: number): LineStep {
  const next = { ...lineStart, rest: state.rest }
  if (!state.dropping && state.line.length > maxLine)
    return {
      kind: 'too-long',
      sample: state.line.slice(0, sampleLength),
      state: ended ? next : { ...state, line: '', dropping: true },
    }
  if (!ended) return { kind: 'more', state }
  if (state.dropping) return stepLine(next, '', maxLine)
  const text = chomp(state.line)
  const end = text.length < state.line.length ? 'crlf' : 'lf'
  return { kind: 'line', line: { text, end, telnet: state.interrupted }, state: next }
}

/** Some servers end lines in CR CR LF; a Telnet bare CR is CR NUL (RFC 854). */
const chomp = (line: string): string => {
  let end = line.length
  while (end > 0 && line.charCodeAt(end - 1) === 13) end--
  return line.slice(0, end)
}

function stepTelnet(state: LineState, raw: string, maxLine: number): LineStep {
  let { telnet, negotiated, interrupted } = state
  let text = ''
  let at = 0
  let ended = false
  for (; at < raw.length && !ended; at++) {
    const code = raw.charCodeAt(at)
    if (telnet === 'data') {
      if (code === 0xff) telnet = 'iac'
      else if (code === 10) ended = true
      else text += raw[at]
    } else if (telnet === 'iac') {
      // IAC IAC is the byte 255 itself; WILL, WONT, DO and DONT name an option; SB opens a subnegotiation.
      interrupted ||= code !== 0xff
      if (code === 0xff) text += raw[at]
      telnet = code === 0xfa ? 'sub' : code >= 0xfb && code <= 0xfe ? 'option' : 'data'
      negotiated = 0
    } else if (telnet === 'option') telnet = 'data'
    else {
      const closes = telnet === 'sub-iac' && code === 0xf0
      telnet = closes || ++negotiated > maxNegotiation ? 'data' : code === 0xff ? 'sub-iac' : 'sub'
    }
  }
  const line = grown(state, text, maxLine)
  return settle(
    { ...state, line, telnet, negotiated, interrupted, rest: raw.slice(at) },
    ended,
    maxLine,
  )
}
