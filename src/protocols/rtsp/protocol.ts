/** RTSP (RFC 2326): the head of HTTP under a name of its own, so that HTTP's question is answered in it as well. */
import { fieldNamed, readHead } from '../http/head.ts'
import type { Protocol } from '../protocol.ts'
import { findSoftware, type SoftwareMark } from '../software.ts'
import { is, more, not, textOf, wireBytes } from '../text.ts'

export const rtsp: Protocol = {
  id: 'rtsp',
  title: 'RTSP',
  ports: [554, 8554, 7070],
  probe: wireBytes('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: portreeve\r\n\r\n'),
  hear(heard) {
    const { text, ended } = textOf(heard)
    const head = readHead(text, ended, 'RTSP')
    if (head.kind !== 'head') return head.kind === 'more' ? more : not
    const server = fieldNamed(head, 'server')
    return is({
      protocol: 'rtsp',
      line: head.statusLine,
      product: server === undefined ? null : findSoftware(servers, server, 'server-header'),
      banner: server ?? head.statusLine,
      details: [
        ['status', head.statusLine.slice('RTSP/1.0 '.length)],
        ['server', server],
        ['methods', fieldNamed(head, 'public')],
        ['authentication', fieldNamed(head, 'www-authenticate')],
      ],
    })
  },
}

const servers: readonly SoftwareMark[] = [
  {
    text: /\bWowza Streaming Engine ([0-9][\w.]{0,15})/,
    vendor: 'Wowza',
    name: 'Wowza Streaming Engine',
    cpe: { vendor: 'wowza', product: 'streaming_engine' },
  },
  {
    text: /\bLIVE555 Streaming Media v?([0-9][\w.]{0,15})/i,
    vendor: 'Live Networks',
    name: 'LIVE555',
    cpe: null,
  },
  {
    text: /\bGStreamer RTSP server\b/,
    vendor: 'GStreamer',
    name: 'GStreamer RTSP server',
    cpe: null,
  },
  { text: /^(?:gortsplib|mediamtx)/, vendor: 'MediaMTX', name: 'MediaMTX', cpe: null },
  {
    text: /\bHelix (?:\w{1,16} ){0,2}Server Version ([0-9][\w.]{0,15})/,
    vendor: 'RealNetworks',
    name: 'Helix Server',
    cpe: null,
  },
  {
    text: /^(?:QTSS|DSS)\/([0-9][\w.]{0,15})/,
    vendor: 'Apple',
    name: 'Darwin Streaming Server',
    cpe: null,
  },
  { text: /^AirTunes\/([0-9][\w.]{0,15})/, vendor: 'Apple', name: 'AirPlay', cpe: null },
  {
    text: /^VLC\/([0-9][\w.]{0,15})/,
    vendor: 'VideoLAN',
    name: 'VLC',
    cpe: { vendor: 'videolan', product: 'vlc_media_player' },
  },
  {
    text: /^Hipcam RealServer\/V([0-9][\w.]{0,15})/,
    vendor: 'Hipcam',
    name: 'Hipcam RealServer',
    cpe: null,
  },
  { text: /\bDahua Rtsp Server\b/i, vendor: 'Dahua', name: 'Dahua RTSP server', cpe: null },
  { text: /\bHikvision\b/i, vendor: 'Hikvision', name: 'Hikvision RTSP server', cpe: null },
]
