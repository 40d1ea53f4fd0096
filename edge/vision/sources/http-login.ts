import { createHash, randomBytes } from 'node:crypto'
import type { Login } from './scrub.ts'

interface Asked {
  readonly method: string
  readonly url: URL
}

/** The Authorization for a challenge: digest (RFC 7616) where it is offered, else basic; undefined for neither. */
export function answerChallenge(
  challenge: string,
  { username, password }: Login,
  asked: Asked,
): string | undefined {
  if (/\bdigest\b/i.test(challenge)) return digest(challenge, { username, password }, asked)
  if (!/\bbasic\b/i.test(challenge)) return undefined
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function digest(
  challenge: string,
  { username, password }: Login,
  { method, url }: Asked,
): string | undefined {
  const told = (name: string) => {
    const [, quoted, bare] = new RegExp(`\\b${name}=(?:"([^"]*)"|([^\\s,]+))`, 'i').exec(challenge) ?? []
    return quoted ?? bare
  }
  const algorithm = told('algorithm') ?? 'MD5'
  const hashName = { MD5: 'md5', 'SHA-256': 'sha256' }[algorithm.toUpperCase()]
  const nonce = told('nonce')
  if (hashName === undefined || nonce === undefined) return undefined
  const hash = (text: string) => createHash(hashName).update(text).digest('hex')

  const realm = told('realm') ?? ''
  const uri = url.pathname + url.search
  const secret = hash(`${username}:${realm}:${password}`)
  const what = hash(`${method}:${uri}`)
  const head = `Digest username="${username.replaceAll(/["\\]/g, '\\$&')}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=${algorithm}`
  const opaque = told('opaque')
  const tail = opaque === undefined ? '' : `, opaque="${opaque}"`
  // Without qop: as RFC 2069 had it, which old cameras still speak.
  if (!told('qop')) return `${head}, response="${hash(`${secret}:${nonce}:${what}`)}"${tail}`
  const cnonce = randomBytes(8).toString('hex')
  const response = hash(`${secret}:${nonce}:00000001:${cnonce}:auth:${what}`)
  return `${head}, qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}"${tail}`
}
