import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Logger } from 'pino'
import { keyOf, share } from '../../signal.ts'

const GROUP = '239.255.255.250'

export interface DiscoveryOptions {
  readonly host: string
  /** 3702 by the standard; 0 for a free one. */
  readonly port: number
  /** Of every camera, its device service. */
  readonly services: readonly string[]
  readonly seed: number
  readonly log: Logger
}

export interface Discovery extends AsyncDisposable {
  readonly port: number
}

/** Answers WS-Discovery probes, sent to us or to the group, for network video transmitters or for anything. */
export async function answerProbes({
  host,
  port,
  services,
  seed,
  log,
}: DiscoveryOptions): Promise<Discovery> {
  const socket = createSocket({ type: 'udp4', reuseAddr: port !== 0 })
  // Multicast reaches only a socket that is bound to no one address.
  socket.bind(port, port === 0 ? host : undefined)
  await once(socket, 'listening')
  socket.on('error', (error) => log.debug({ err: error }, "a probe can't be answered"))
  try {
    socket.addMembership(GROUP)
  } catch (error) {
    log.debug({ err: error }, 'no multicast here: only probes sent to this port are heard')
  }
  socket.on('message', (message, from) => {
    const xml = message.toString()
    const id = /<(?:[\w-]+:)?MessageID\b[^<>]*>\s*([^<\s]+)/.exec(xml)?.[1]
    const types = /<(?:[\w-]+:)?Types\b[^<>]*>([^<]*)</.exec(xml)?.[1] ?? ''
    const meant = types.trim() === '' || /NetworkVideoTransmitter|:Device\b/.test(types)
    if (!/<(?:[\w-]+:)?Probe\b/.test(xml) || id === undefined || !meant) return
    services.forEach((service, i) => {
      const match = probeMatch(id, uuidOf(keyOf(seed, 'camera', i + 1)), service)
      socket.send(match, from.port, from.address, () => {})
    })
  })
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

function uuidOf(key: number): string {
  const hex = (name: string, digits: number) =>
    Math.floor(share(keyOf(key, name)) * 16 ** digits)
      .toString(16)
      .padStart(digits, '0')
  return `${hex('a', 8)}-${hex('b', 4)}-4${hex('c', 3)}-8${hex('d', 3)}-${hex('e', 12)}`
}

function probeMatch(relatesTo: string, uuid: string, service: string): string {
  const namespaces =
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
  return (
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${namespaces}><s:Header>` +
    `<a:MessageID>urn:uuid:${uuid}</a:MessageID><a:RelatesTo>${relatesTo}</a:RelatesTo>` +
    `<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>` +
    `<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header><s:Body>` +
    `<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:${uuid}</a:Address></a:EndpointReference>` +
    `<d:Types>dn:NetworkVideoTransmitter</d:Types>` +
    `<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/ganzhi-sim</d:Scopes>` +
    `<d:XAddrs>${service}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>` +
    `</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`
  )
}
