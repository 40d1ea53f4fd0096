import type { Frame } from '@ganzhi/models/frame'
import type { CameraSource } from './camera-source.ts'
import { decoderInput } from './decoder-input.ts'
import { askCamera, bodyOf, CameraTrouble, trouble } from './http-camera.ts'
import { jpegSize } from './jpeg.ts'
import { runFfmpeg } from './run-ffmpeg.ts'
import { type Login, scrubber } from './scrub.ts'
import type { FfmpegInput } from './spawn-ffmpeg.ts'

export interface Snapshot {
  readonly jpeg: Buffer
  readonly width: number
  readonly height: number
  /** `still` the camera's own, `main` a look into its main stream, `latest` the frame seen last. */
  readonly from: 'still' | 'main' | 'latest'
}

export interface SnapshotOptions {
  readonly ffmpeg: string
  readonly login: Login | undefined
  /** The frame seen last, and the JPEG it was made of where there is one. */
  readonly latest: Frame | undefined
  readonly jpeg: Buffer | undefined
  readonly signal: AbortSignal
}

const PATIENCE_MS = 10_000

/** The best picture that can be had: where the camera gives none of its own, the frame seen last is one. */
export async function takeSnapshot(source: CameraSource, options: SnapshotOptions): Promise<Snapshot> {
  const { latest, jpeg, signal } = options
  try {
    if ('snapshot' in source && source.snapshot !== undefined) return await still(source.snapshot, options)
    if (source.kind === 'http' && jpeg) return pictureOf(jpeg, 'latest')
    if (source.kind === 'rtsp') return await lookIntoMain(source, options)
  } catch (error) {
    if (signal.aborted || !latest) throw error
  }
  if (!latest) throw trouble('stalled')
  return await encoded(latest, options)
}

async function still(address: string, { login, signal }: SnapshotOptions): Promise<Snapshot> {
  const response = await askCamera(address, login, withPatience(signal))
  return pictureOf(await bodyOf(response), 'still')
}

async function lookIntoMain(source: CameraSource, options: SnapshotOptions): Promise<Snapshot> {
  return pictureOf(await toJpeg(decoderInput(source, { login: options.login, main: true }), options), 'main')
}

async function encoded({ width, height, rgb }: Frame, options: SnapshotOptions): Promise<Snapshot> {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-i', 'pipe:0']
  return pictureOf(await toJpeg({ arguments: raw }, options, rgb), 'latest')
}

async function toJpeg(
  input: FfmpegInput,
  { ffmpeg, login, signal }: SnapshotOptions,
  bytes?: Uint8Array,
): Promise<Buffer> {
  const patience = withPatience(signal)
  const { bytes: jpeg, log } = await runFfmpeg({
    ffmpeg,
    input,
    output: '-frames:v 1 -q:v 3 -c:v mjpeg -pix_fmt yuvj420p -f image2pipe pipe:1',
    pieces: bytes ? [bytes] : [],
    scrub: scrubber(login),
    signal: patience,
  })
  signal.throwIfAborted()
  if (jpeg.length > 0) return jpeg
  const fault = log.complaint()
  throw fault
    ? new CameraTrouble(fault)
    : trouble(patience.aborted ? 'stalled' : 'ffmpeg-failed', log.lastLine)
}

function pictureOf(jpeg: Buffer, from: Snapshot['from']): Snapshot {
  const size = jpegSize(jpeg)
  if (!size) throw trouble('not-a-picture')
  return { jpeg, ...size, from }
}

function withPatience(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
}
