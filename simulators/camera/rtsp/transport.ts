/** How a player wants its packets. */
export type Transport =
  | { readonly kind: 'interleaved'; readonly rtp: number; readonly rtcp: number }
  | { readonly kind: 'udp'; readonly rtp: number; readonly rtcp: number }

/** The first that we can do, of those that a Transport header (RFC 2326 §12.39) offers. */
export function chosenTransport(header: string): Transport | undefined {
  for (const offer of header.split(',')) {
    const [protocol = '', ...parameters] = offer.split(';').map((part) => part.trim())
    const fields = new Map(parameters.map((part) => pairOf(part)))
    if (fields.has('multicast')) continue
    if (protocol === 'RTP/AVP/TCP') {
      const channels = rangeIn(fields.get('interleaved') ?? '0-1', 0, 255)
      if (channels) return { kind: 'interleaved', ...channels }
    } else if (protocol === 'RTP/AVP' || protocol === 'RTP/AVP/UDP') {
      const ports = rangeIn(fields.get('client_port') ?? '', 1, 65_535)
      if (ports) return { kind: 'udp', ...ports }
    }
  }
  return undefined
}

function pairOf(parameter: string): [string, string] {
  const at = parameter.indexOf('=')
  return at === -1 ? [parameter, ''] : [parameter.slice(0, at), parameter.slice(at + 1)]
}

function rangeIn(text: string, min: number, max: number): { rtp: number; rtcp: number } | undefined {
  const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  if (from === undefined) return undefined
  const rtp = Number(from)
  const rtcp = to === undefined ? rtp + 1 : Number(to)
  return rtp >= min && rtcp <= max && rtcp > rtp ? { rtp, rtcp } : undefined
}
