import type { Markings } from '@ganzhi/models/marked-frame'
import type { Detection } from '@ganzhi/models/detection'
import type { Frame } from '@ganzhi/models/frame'
import type { PipelineFigures, Sight } from './camera-pipeline.ts'
import { privateCopy } from './evidence/private-copy.ts'
import { STATE_NAMES } from './sources/camera-state.ts'
import type { View, WatchedCamera } from './watched-camera.ts'

/** Where no frame comes the viewer is told so this often. */
const AT_LEAST_EVERY_MS = 2_000

/** What an installer sees: the next frame of a camera with what its models make of it, as JPEG. */
export async function livePicture(camera: WatchedCamera): Promise<Buffer> {
  // The drawing takes memory that a gateway need not have while nobody looks.
  const { drawMarked } = await import('@ganzhi/models/marked-frame')
  const view = await camera.view(AbortSignal.timeout(AT_LEAST_EVERY_MS))
  const { size, privacy } = camera.plan
  const frame = view.frame ? privateCopy(view.frame, peopleIn(view), privacy) : nothingOf(size)
  return await drawMarked(frame, markingsOf(view))
}

function peopleIn({ sights }: View): Detection[] {
  return [...sights.values()].flatMap(({ detections }) =>
    detections.filter(({ label }) => label === 'person'),
  )
}

function nothingOf({ width, height }: { readonly width: number; readonly height: number }): Frame {
  return { width, height, rgb: new Uint8Array(3 * width * height).fill(64), at: 0 }
}

function markingsOf({ state, frame, sights, looks }: View): Markings {
  const { kind, fault } = state
  const time = new Date(frame?.at ?? state.since).toLocaleTimeString('sv-SE')
  const why = fault
    ? `${fault.reason.zh} ${fault.reason.en}: ${fault.remedy.zh}. ${fault.remedy.en}`
    : undefined
  return {
    marks: frame ? [...sights.values()].flatMap((sight) => marksOf(sight)) : [],
    lines: [
      `${time}  ${STATE_NAMES[kind]}`,
      ...(why === undefined ? [] : [why]),
      ...[...looks].map(([model, figures]) => lookLine(model, figures)),
    ],
  }
}

function marksOf({ tracks, frame }: Sight): Markings['marks'] {
  return tracks.all
    .filter(({ confirmed, seenAt }) => confirmed || seenAt === frame.at)
    .map(({ id, label, score, box, seenAt, confirmed }) => ({
      box,
      kind: label,
      text: `${label}${confirmed ? ` ${id}` : ''}  ${score.toFixed(2)}`,
      unseen: seenAt !== frame.at,
    }))
}

function lookLine(model: string, figures: PipelineFigures): string {
  const { modelDown, reachedFps, askedFps, inferenceMs = 0, lagMs = 0, skipped, late } = figures
  if (modelDown) return `${model}: ${modelDown.message}`
  const asked = askedFps === Infinity ? '' : `/${askedFps}`
  return `${model}: ${reachedFps.toFixed(1)}${asked} fps  ${Math.round(inferenceMs)} ms  lag ${Math.round(lagMs)} ms  skipped ${skipped}  late ${late}`
}
