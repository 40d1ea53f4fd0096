import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Camera, CameraAddresses } from '../camera.ts'
import type { Stream } from '../stream.ts'

export interface OnvifOptions {
  readonly camera: Camera
  readonly addresses: CameraAddresses
  readonly isRight: (xml: string) => boolean
}

const MAX_BODY = 65_536
/** Who can't read the clock can't make a token: these are answered to everybody (ONVIF Core, access classes). */
const OPEN = new Set(['GetSystemDateAndTime', 'GetCapabilities', 'GetServices'])
const PROFILES = ['main', 'sub'] as const

export async function answerOnvif(request: IncomingMessage, response: ServerResponse, options: OnvifOptions) {
  const body = await bodyOf(request)
  if (body === undefined) return reply(response, 400, fault('Sender', 'the request is too long'))
  const operation = /<(?:[\w-]+:)?Body\b[^<>]*>\s*<(?:[\w-]+:)?(\w+)/.exec(body)?.[1] ?? ''
  if (!OPEN.has(operation) && !options.isRight(body)) {
    return reply(response, 401, fault('Sender', 'NotAuthorized'))
  }
  const answer = ANSWERS.get(operation)
  if (!answer) return reply(response, 400, fault('Receiver', 'ActionNotSupported'))
  const token = /<(?:[\w-]+:)?ProfileToken\b[^<>]*>\s*(\w+)/.exec(body)?.[1]
  const profile = token === 'sub' ? 'sub' : 'main'
  reply(response, 200, answer(options, profile))
}

type Answer = (options: OnvifOptions, profile: 'main' | 'sub') => string

const ANSWERS = new Map<string, Answer>([
  ['GetSystemDateAndTime', () => dateAndTime(new Date())],
  [
    'GetDeviceInformation',
    ({ camera }) =>
      `<tds:GetDeviceInformationResponse><tds:Manufacturer>Ganzhi</tds:Manufacturer><tds:Model>ganzhi-sim camera</tds:Model>` +
      `<tds:FirmwareVersion>1</tds:FirmwareVersion><tds:SerialNumber>${camera.id}</tds:SerialNumber>` +
      `<tds:HardwareId>sim</tds:HardwareId></tds:GetDeviceInformationResponse>`,
  ],
  [
    'GetCapabilities',
    ({ addresses }) => {
      const address = `<tt:XAddr>${addresses.onvif}</tt:XAddr>`
      const streaming =
        '<tt:StreamingCapabilities><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities>'
      return (
        `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device>${address}</tt:Device>` +
        `<tt:Media>${address}${streaming}</tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`
      )
    },
  ],
  [
    'GetServices',
    ({ addresses }) => {
      const service = (namespace: string) =>
        `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${addresses.onvif}</tds:XAddr>` +
        `<tds:Version><tt:Major>2</tt:Major><tt:Minor>5</tt:Minor></tds:Version></tds:Service>`
      return `<tds:GetServicesResponse>${service(TDS)}${service(TRT)}</tds:GetServicesResponse>`
    },
  ],
  [
    'GetVideoSources',
    ({ camera }) =>
      `<trt:GetVideoSourcesResponse><trt:VideoSources token="source">` +
      `<tt:Framerate>${camera.streams.main.fps}</tt:Framerate>${resolution(camera.streams.main)}` +
      `</trt:VideoSources></trt:GetVideoSourcesResponse>`,
  ],
  [
    'GetProfiles',
    ({ camera }) => {
      const profiles = PROFILES.map((name) => profile(name, camera.streams[name]))
      return `<trt:GetProfilesResponse>${profiles.join('')}</trt:GetProfilesResponse>`
    },
  ],
  ['GetStreamUri', ({ addresses }, profile) => mediaUri('GetStreamUri', addresses[profile])],
  ['GetSnapshotUri', ({ addresses }) => mediaUri('GetSnapshotUri', addresses.snapshot)],
])

function profile(name: string, stream: Stream): string {
  const { width, height } = stream.size
  return (
    `<trt:Profiles token="${name}" fixed="true"><tt:Name>${name}</tt:Name>` +
    `<tt:VideoSourceConfiguration token="source"><tt:Name>source</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:SourceToken>source</tt:SourceToken><tt:Bounds x="0" y="0" width="${width}" height="${height}"/>` +
    `</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="${name}"><tt:Name>${name}</tt:Name>` +
    `<tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>${resolution(stream)}<tt:Quality>5</tt:Quality>` +
    `<tt:RateControl><tt:FrameRateLimit>${stream.fps}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>` +
    `<tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl></tt:VideoEncoderConfiguration></trt:Profiles>`
  )
}

function resolution({ size: { width, height } }: Stream): string {
  return `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`
}

function mediaUri(operation: string, uri: string): string {
  return (
    `<trt:${operation}Response><trt:MediaUri><tt:Uri>${uri}</tt:Uri>` +
    `<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>` +
    `<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:${operation}Response>`
  )
}

function dateAndTime(now: Date): string {
  const [hour, minute, second] = [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()]
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate()]
  return (
    `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>` +
    `<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone><tt:UTCDateTime>` +
    `<tt:Time><tt:Hour>${hour}</tt:Hour><tt:Minute>${minute}</tt:Minute><tt:Second>${second}</tt:Second></tt:Time>` +
    `<tt:Date><tt:Year>${year}</tt:Year><tt:Month>${month}</tt:Month><tt:Day>${day}</tt:Day></tt:Date>` +
    `</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`
  )
}

function fault(code: 'Sender' | 'Receiver', reason: string): string {
  return (
    `<s:Fault><s:Code><s:Value>s:${code}</s:Value><s:Subcode><s:Value>ter:${reason}</s:Value></s:Subcode></s:Code>` +
    `<s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason></s:Fault>`
  )
}

const TDS = 'http://www.onvif.org/ver10/device/wsdl'
const TRT = 'http://www.onvif.org/ver10/media/wsdl'
const NAMESPACES =
  `xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema" ` +
  `xmlns:tds="${TDS}" xmlns:trt="${TRT}" xmlns:ter="http://www.onvif.org/ver10/error"`

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'application/soap+xml; charset=utf-8' })
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${NAMESPACES}><s:Body>${body}</s:Body></s:Envelope>`,
  )
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    if (length > MAX_BODY) return undefined
  }
  return Buffer.concat(chunks).toString()
}
