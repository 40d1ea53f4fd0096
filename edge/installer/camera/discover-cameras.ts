import onvif from 'onvif/promises/index.js'
import { type Login, scrubber } from '../../vision/sources/scrub.ts'

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

export interface CameraStream {
  readonly name?: string
  readonly codec?: string
  readonly width?: number
  readonly height?: number
  readonly url: string
  readonly snapshot?: string
}

export interface DiscoverOptions {
  readonly forMs: number
  readonly login: Login | undefined
  readonly signal: AbortSignal
}

const ANSWER_MS = 5_000

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

type Streams = Pick<DiscoveredCamera, 'streams' | 'trouble'>

async function streamsOf(
  camera: DiscoveredCamera & { readonly path: string },
  login: Login,
): Promise<Streams> {
  const scrub = scrubber(login)
  try {
    const cam = new onvif.Cam({
      hostname: camera.host,
      port: camera.port,
      path: camera.path,
      ...login,
      timeout: ANSWER_MS,
      preserveAddress: true,
    }) as unknown as Media
    await cam.connect()
    const profiles = await cam.getProfiles()
    const streams = profiles.map(async (profile) => {
      const profileToken = profile.$.token
      const { uri } = await cam.getStreamUri({ protocol: 'RTSP', profileToken })
      const still = await cam.getSnapshotUri({ profileToken }).catch(() => undefined)
      const { encoding, resolution } = profile.videoEncoderConfiguration ?? {}
      return {
        ...(profile.name === undefined ? {} : { name: profile.name }),
        ...(encoding === undefined ? {} : { codec: encoding }),
        ...(resolution ? { width: Number(resolution.width), height: Number(resolution.height) } : {}),
        url: scrub(uri),
        ...(still?.uri === undefined ? {} : { snapshot: scrub(still.uri) }),
      }
    })
    return { streams: await Promise.all(streams) }
  } catch (error) {
    return { trouble: scrub(error instanceof Error ? error.message : String(error)) }
  }
}

/** What we ask of the library, whose own types lose the arguments of functions that can be called in two ways. */
interface Media {
  connect(): Promise<unknown>
  getProfiles(): Promise<readonly Profile[]>
  getStreamUri(of: { protocol: 'RTSP'; profileToken: string }): Promise<{ uri: string }>
  getSnapshotUri(of: { profileToken: string }): Promise<{ uri?: string } | undefined>
}

interface Profile {
  readonly $: { readonly token: string }
  readonly name?: string
  readonly videoEncoderConfiguration?: {
    readonly encoding?: string
    readonly resolution?: { readonly width: number | string; readonly height: number | string }
  }
}
