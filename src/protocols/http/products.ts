/** HTTP servers by the field `Server`. CPE names as the NVD has them. */
import type { SoftwareMark } from '../software.ts'

const version = '([0-9][\\w.-]{0,31})'
/** The whole first word, since what follows are modules; the version behind a slash or in brackets. */
const server = (
  text: string,
  vendor: string,
  name: string,
  cpe: SoftwareMark['cpe'],
): SoftwareMark => ({
  text: new RegExp(`^${text}(?![\\w-])(?:(?:/v?|\\()${version})?`, 'i'),
  vendor,
  name,
  cpe,
})
const a = (vendor: string, product: string) => ({ vendor, product })

export const httpServers: readonly SoftwareMark[] = [
  server('nginx', 'F5', 'nginx', a('f5', 'nginx')),
  server('openresty', 'OpenResty', 'OpenResty', a('openresty', 'openresty')),
  server('Apache-Coyote', 'Apache', 'Tomcat', { ...a('apache', 'tomcat'), versioned: 'no' }),
  server('Apache Tomcat', 'Apache', 'Tomcat', a('apache', 'tomcat')),
  server('Apache(?! \\w)', 'Apache', 'HTTP Server', a('apache', 'http_server')),
  server('Microsoft-IIS', 'Microsoft', 'IIS', a('microsoft', 'internet_information_services')),
  // The kernel's listener: IIS, WinRM and any program of .NET may be behind it.
  server('Microsoft-HTTPAPI', 'Microsoft', 'HTTP Server API', null),
  server('Kestrel', 'Microsoft', 'Kestrel', null),
  server('lighttpd', 'lighttpd', 'lighttpd', a('lighttpd', 'lighttpd')),
  server('Caddy', 'Caddy', 'Caddy', a('caddyserver', 'caddy')),
  server('Jetty', 'Eclipse', 'Jetty', a('eclipse', 'jetty')),
  server('gunicorn', 'Gunicorn', 'gunicorn', a('gunicorn', 'gunicorn')),
  server('uvicorn', 'Encode', 'Uvicorn', a('encode', 'uvicorn')),
  server('Werkzeug', 'Pallets', 'Werkzeug', a('palletsprojects', 'werkzeug')),
  server('TornadoServer', 'Tornado', 'Tornado', a('tornadoweb', 'tornado')),
  server('CherryPy', 'CherryPy', 'CherryPy', null),
  {
    text: /^(?:Simple|Base)HTTP\/[\d.]{1,8} Python\/([0-9][\w.]{0,15})/,
    vendor: 'Python',
    name: 'Python http.server',
    cpe: a('python', 'python'),
  },
  {
    text: /^WEBrick\/([0-9][\w.]{0,15})/,
    vendor: 'Ruby',
    name: 'WEBrick',
    cpe: a('ruby-lang', 'webrick'),
  },
  server('LiteSpeed', 'LiteSpeed', 'LiteSpeed', null),
  server('OpenLiteSpeed', 'LiteSpeed', 'OpenLiteSpeed', a('litespeedtech', 'openlitespeed')),
  server('Tengine', 'Alibaba', 'Tengine', null),
  server('squid', 'Squid', 'Squid', a('squid-cache', 'squid')),
  server('ATS', 'Apache', 'Traffic Server', a('apache', 'traffic_server')),
  server('MiniServ', 'Webmin', 'Webmin', a('webmin', 'webmin')),
  {
    text: /^CUPS\/([0-9][\w.]{0,15})/,
    vendor: 'OpenPrinting',
    name: 'CUPS',
    cpe: a('openprinting', 'cups'),
  },
  server('GoAhead(?:-Webs|-http)?', 'Embedthis', 'GoAhead', a('embedthis', 'goahead')),
  server('Boa', 'Boa', 'Boa', a('boa', 'boa')),
  server('thttpd', 'ACME', 'thttpd', a('acme', 'thttpd')),
  server('mini_httpd', 'ACME', 'mini_httpd', a('acme', 'mini-httpd')),
  server('micro_httpd', 'ACME', 'micro_httpd', null),
  server('RomPager', 'Allegro Software', 'RomPager', a('allegrosoft', 'rompager')),
  {
    text: /\bRomPager\/([0-9][\w.]{0,15})/,
    vendor: 'Allegro Software',
    name: 'RomPager',
    cpe: a('allegrosoft', 'rompager'),
  },
  server('Mongoose', 'Cesanta', 'Mongoose', a('cesanta', 'mongoose')),
  server('Cowboy', 'Nine Nines', 'Cowboy', null),
  server('WebLogic(?: Server)?', 'Oracle', 'WebLogic Server', null),
  server('IBM_HTTP_Server', 'IBM', 'HTTP Server', a('ibm', 'http_server')),
  server('Oracle-HTTP-Server(?:-\\w{1,8})?', 'Oracle', 'HTTP Server', a('oracle', 'http_server')),
  server('Zope', 'Zope', 'Zope', null),
  server('uhttpd', 'OpenWrt', 'uHTTPd', null),
  server('cisco-IOS', 'Cisco', 'IOS HTTP server', {
    part: 'o',
    ...a('cisco', 'ios'),
    versioned: 'no',
  }),
  server('Hikvision-Webs', 'Hikvision', 'Hikvision web server', null),
  server('App-webs', 'Hikvision', 'Hikvision web server', null),
  server('SonicWALL', 'SonicWall', 'SonicOS web server', null),
  server('MikroTik', 'MikroTik', 'RouterOS web server', {
    part: 'o',
    ...a('mikrotik', 'routeros'),
    versioned: 'no',
  }),
  server('cloudflare', 'Cloudflare', 'Cloudflare', null),
  server('awselb', 'Amazon', 'Elastic Load Balancing', null),
  server('AmazonS3', 'Amazon', 'S3', null),
  server('gws', 'Google', 'Google Web Server', null),
  server('RealVNC', 'RealVNC', 'RealVNC viewer server', null),
]
