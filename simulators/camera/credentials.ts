import { createHash } from 'node:crypto'

export interface Credentials {
  readonly user: string
  readonly password: string
}
export const SCHEMES = ['basic', 'digest', 'both'] as const
export type Schemes = (typeof SCHEMES)[number]

const REALM = 'ganzhi-sim'

/** Lets in who knows user and password; everybody where there are none. RTSP asks as HTTP does (RFC 2326 §14). */
export interface Guard {
  /** What WWW-Authenticate says. */
  readonly challenges: readonly string[]
  admits(method: string, authorization: string | undefined): boolean
  /** ONVIF's own way: WS-Security UsernameToken. */
  admitsToken(xml: string): boolean
}

export function makeGuard(known: Credentials | undefined, schemes: Schemes, seed: number): Guard {
  const nonce = md5(`nonce ${seed}`)
  const basic = `Basic realm="${REALM}"`
  const digest = `Digest realm="${REALM}", nonce="${nonce}", qop="auth", algorithm=MD5`
  return {
    challenges: schemes === 'both' ? [digest, basic] : [schemes === 'basic' ? basic : digest],
    admits(method, authorization) {
      if (!known) return true
      const [scheme, rest] = split(utf8(authorization ?? ''))
      if (scheme === 'basic' && schemes !== 'digest') {
        return Buffer.from(rest, 'base64').toString() === `${known.user}:${known.password}`
      }
      return scheme === 'digest' && schemes !== 'basic' && isDigest(rest, method, nonce, known)
    },
    admitsToken: (xml) => !known || isToken(xml, known),
  }
}

/** Headers come as bytes; names and passwords are UTF-8 in all clients we know. */
function utf8(header: string): string {
  return Buffer.from(header, 'latin1').toString()
}

function split(header: string): [string, string] {
  const at = header.indexOf(' ')
  return at === -1 ? ['', ''] : [header.slice(0, at).toLowerCase(), header.slice(at + 1).trim()]
}

/** RFC 2617 §3.2.2, with and without `qop`. */
function isDigest(text: string, method: string, nonce: string, { user, password }: Credentials): boolean {
  const fields = new Map<string, string>()
  for (const [, name = '', quoted, bare] of text.matchAll(/\b(\w+)=(?:"([^"]*)"|([^\s,"]+))/g)) {
    fields.set(name.toLowerCase(), quoted ?? bare ?? '')
  }
  const field = (name: string) => fields.get(name) ?? ''
  const secret = md5(`${user}:${REALM}:${password}`)
  const asked = md5(`${method}:${field('uri')}`)
  const counted = field('qop') === 'auth' ? `${field('nc')}:${field('cnonce')}:auth:` : ''
  const right = md5(`${secret}:${nonce}:${counted}${asked}`)
  return field('username') === user && field('nonce') === nonce && field('response') === right
}

function isToken(xml: string, { user, password }: Credentials): boolean {
  const text = (name: string) => new RegExp(`<(?:[\\w-]+:)?${name}\\b[^<>]*>([^<]*)<`).exec(xml)?.[1] ?? ''
  const nonce = Buffer.from(text('Nonce'), 'base64')
  const digest = createHash('sha1').update(nonce).update(text('Created')).update(password).digest('base64')
  return text('Username') === user && text('Password') === digest
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
