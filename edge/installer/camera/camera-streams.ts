import onvif from 'onvif/promises/index.js'
import { type Login, scrubber } from '../../vision/sources/scrub.ts'

export interface CameraStream {
  readonly name?: string
  readonly codec?: string
  readonly width?: number
  readonly height?: number
  readonly url: string
  readonly snapshot?: string
}

/** Either is there. */
interface Streams {
  readonly streams?: readonly CameraStream[]
  /** Why its streams are not known, in the camera's words. */
  readonly trouble?: string
}

const ANSWER_MS = 5_000

/** Asks a camera by ONVIF; the login goes to this host alone, whatever addresses it names. */
export async function streamsOf(
  camera: { readonly host: string; readonly port: number; readonly path: string },
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
