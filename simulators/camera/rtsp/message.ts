export interface RtspRequest {
  readonly method: string
  readonly uri: string
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

export type Incoming =
  | { readonly kind: 'request'; readonly request: RtspRequest; readonly length: number }
  /** A packet between the requests (RFC 2326 §10.12): of a player it can only be RTCP. */
  | { readonly kind: 'packet'; readonly length: number }
  | { readonly kind: 'bad'; readonly reason: string }

const MAX_HEAD = 16_384
const MAX_BODY = 65_536
const DOLLAR = 0x24
const CR = 0x0d
const LF = 0x0a
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** The first message of what was received, and how many bytes it takes; nothing while it isn't whole. */
export function takeMessage(received: Buffer): Incoming | undefined {
  if (received[0] === DOLLAR) {
    const length = received.length < 4 ? Infinity : 4 + received.readUInt16BE(2)
    return received.length < length ? undefined : { kind: 'packet', length }
  }
  let begin = 0
  while (received[begin] === CR || received[begin] === LF) begin += 1
  const end = received.indexOf('\r\n\r\n', begin)
  if ((end === -1 ? received.length : end) - begin > MAX_HEAD) return bad('its head is too long')
  if (end === -1) return undefined

  const [first = '', ...lines] = received.toString('latin1', begin, end).split('\r\n')
  const [method = '', uri = '', version = '', ...more] = first.split(' ')
  if (!TOKEN.test(method) || uri === '' || !/^RTSP\/\d\.\d$/.test(version) || more.length > 0) {
    return bad('its first line is not "METHOD uri RTSP/1.0"')
  }
  if (version !== 'RTSP/1.0') return bad(`it speaks ${version}`)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (colon === -1 || !TOKEN.test(name)) return bad('a header is not "Name: value"')
    headers.set(name.toLowerCase(), line.slice(colon + 1).trim())
  }
  const body = headers.get('content-length') ?? '0'
  if (!/^\d{1,5}$/.test(body) || Number(body) > MAX_BODY) return bad('its body has no sensible length')
  const length = end + 4 + Number(body)
  if (received.length < length) return undefined
  return { kind: 'request', request: { method, uri, headers }, length }
}

function bad(reason: string): Incoming {
  return { kind: 'bad', reason }
}

const REASONS = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  454: 'Session Not Found',
  455: 'Method Not Valid In This State',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  551: 'Option not supported',
} as const
export type RtspStatus = keyof typeof REASONS

export interface RtspReply {
  readonly status: RtspStatus
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string
}

/** Numbered as the request was. */
export function replyBytes({ status, headers = {}, body = '' }: RtspReply, cseq: string | undefined): Buffer {
  const length = Buffer.byteLength(body)
  const lines = Object.entries({
    ...(cseq === undefined ? {} : { CSeq: cseq }),
    ...headers,
    ...(length === 0 ? {} : { 'Content-Length': `${length}` }),
  }).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`))
  return Buffer.from([`RTSP/1.0 ${status} ${REASONS[status]}`, ...lines, '', body].join('\r\n'))
}
