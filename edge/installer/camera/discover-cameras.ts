import onvif from 'onvif/promises/index.js'
import type { Login } from '../../vision/sources/scrub.ts'
import { type CameraStream, streamsOf } from './camera-streams.ts'

export interface DiscoveredCamera {
  readonly host: string
  readonly port: number
  readonly name?: string
  readonly hardware?: string
  /** Only with a login. */
  readonly streams?: readonly CameraStream[]
  /** Why its streams are not known, in the camera's words. */
  readonly trouble?: string
}

export interface DiscoverOptions {
  readonly forMs: number
  readonly login: Login | undefined
  readonly signal: AbortSignal
}

/** Asks all cameras of this network to tell their names (WS-Discovery); with a login, each for its streams. */
export async function discoverCameras({
  forMs,
  login,
  signal,
}: DiscoverOptions): Promise<DiscoveredCamera[]> {
  const found = new Map<string, DiscoveredCamera & { readonly path: string }>()
  const onDevice = (answer: unknown, from: { address: string }) => {
    for (const match of matchesIn(answer)) found.set(from.address, cameraOf(match, from.address))
  }
  // What is no camera answers too, now and then: passed over.
  const onError = () => {}
  onvif.Discovery.on('device', onDevice).on('error', onError)
  try {
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    await Promise.race([onvif.Discovery.probe({ timeout: forMs, resolve: false }).catch(onError), aborted])
  } finally {
    onvif.Discovery.off('device', onDevice).off('error', onError)
  }
  const cameras = [...found.values()].sort((a, b) => a.host.localeCompare(b.host, 'en', { numeric: true }))
  return await Promise.all(
    cameras.map(async ({ path, ...camera }) => ({
      ...camera,
      ...(login ? await streamsOf({ ...camera, path }, login) : {}),
    })),
  )
}

interface Match {
  readonly XAddrs?: unknown
  readonly scopes?: unknown
}

function matchesIn(answer: unknown): Match[] {
  const { probeMatch } = (answer as { probeMatches?: { probeMatch?: Match | Match[] } }).probeMatches ?? {}
  return probeMatch === undefined ? [] : [probeMatch].flat()
}

/** The login goes to who answered, whatever address they give as theirs. */
function cameraOf({ XAddrs, scopes }: Match, host: string): DiscoveredCamera & { readonly path: string } {
  const urls = textOf(XAddrs).filter((text) => URL.canParse(text))
  const url = new URL(
    urls.find((each) => new URL(each).hostname === host) ?? urls[0] ?? `http://${host}/onvif/device_service`,
  )
  const scope = (kind: string) => {
    const [, value] =
      textOf(scopes)
        .map((each) => each.split(`onvif://www.onvif.org/${kind}/`))
        .find((parts) => parts.length === 2) ?? []
    return value === undefined ? {} : { [kind]: decodeURIComponent(value) }
  }
  return { host, port: Number(url.port) || 80, path: url.pathname, ...scope('name'), ...scope('hardware') }
}

function textOf(words: unknown): string[] {
  if (typeof words === 'string') return words.split(/\s+/)
  return Array.isArray(words) ? words.map(String) : []
}
