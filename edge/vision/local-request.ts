import { GanzhiError } from '@ganzhi/contracts/error'
import { check } from '@ganzhi/contracts/schema'
import Type from 'typebox'
import { livePicture } from './live-picture.ts'
import type { Vision } from './vision.ts'
import type { WatchedCamera } from './watched-camera.ts'

const CameraRequest = Type.Object(
  { do: Type.Enum(['picture', 'accept']), camera: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
)

/**
 * What is asked about cameras on the gateway itself, by its intake socket: `picture` answers with the next frame and what
 * is seen in it, `accept` takes the present view of a camera for the right one.
 */
export async function answerAboutCamera(
  request: unknown,
  vision: Vision | undefined,
): Promise<Record<string, unknown>> {
  const { do: word, camera: id } = check(CameraRequest, request, 'camera')
  const camera = vision?.camera(id)
  if (!camera) throw unknown(id, vision?.status.cameras.map((each) => each.id) ?? [])
  switch (word) {
    case 'picture': {
      const jpeg = await livePicture(camera)
      return { contentType: 'image/jpeg', base64: jpeg.toString('base64') }
    }
    case 'accept':
      accept(id, camera)
      return { accepted: true }
  }
}

function accept(id: string, camera: WatchedCamera): void {
  if (camera.acceptView()) return
  throw new GanzhiError(`${id}: 还没有画面 it has shown nothing yet`, {
    code: 'no-picture',
    blame: 'outside',
    retryable: true,
    remedy: '等画面正常后再试，看 When it is live: ganzhi-edge status',
  })
}

function unknown(id: string, known: readonly string[]): GanzhiError {
  return new GanzhiError(`没有摄像机 there is no camera ${id}`, {
    code: 'unknown-camera',
    blame: 'caller',
    field: 'camera',
    remedy:
      known.length > 0
        ? `有 there are: ${known.join(', ')}`
        : '在 vision.cameras 里添加 Add it to vision.cameras.',
  })
}
