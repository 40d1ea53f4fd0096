import { isGanzhiError } from '@ganzhi/contracts/error'
import { systemClock } from '@ganzhi/device-drivers/clock'
import pino from 'pino'
import { openDetectorChild } from '../../vision/detectors/detector-child.ts'
import type { ModelOrder } from '../../vision/detectors/messages.ts'
import type { PlannedCamera, VisionPlan } from '../../vision/plan.ts'
import type { CameraFault } from '../../vision/sources/camera-state.ts'
import { findFfmpeg } from '../../vision/sources/find-ffmpeg.ts'
import { CameraTrouble } from '../../vision/sources/http-camera.ts'
import { readLogin } from '../../vision/sources/login.ts'
import { openSource } from '../../vision/sources/open-source.ts'
import type { CameraStatus, ModelStatus, VisionStatus } from '../../vision/vision-status.ts'
import { bad, type Finding, ok } from './finding.ts'

export interface VisionOptions {
  readonly ffmpeg: string | undefined
  readonly dataDir: string
  /** Of the agent, where one runs: it has cameras and models open already. */
  readonly running: Partial<VisionStatus> | undefined
  readonly signal: AbortSignal
}

const FRAME_MS = 20_000

/** Whether ffmpeg is there, the models load and the cameras show something. */
export async function* examineVision(plan: VisionPlan, options: VisionOptions): AsyncGenerator<Finding> {
  if (plan.cameras.size + plan.models.size === 0) return
  const ffmpeg = await findFfmpeg(options.ffmpeg).catch((error: unknown) => error)
  if (typeof ffmpeg === 'string') yield ok('ffmpeg', ffmpeg)
  else yield badBecause('ffmpeg', '', ffmpeg)
  const { running, signal } = options
  if (running) {
    for (const model of running.models ?? []) yield toldModel(model)
    for (const camera of running.cameras ?? []) yield toldCamera(camera)
    return
  }
  for (const [name, { model, shadow }] of plan.models) {
    yield await checkModel(name, model, signal)
    if (shadow) yield await checkModel(`${name} (shadow)`, shadow.model, signal)
  }
  if (typeof ffmpeg !== 'string') return
  const cameras = [...plan.cameras].map(([id, camera]) => checkCamera(id, camera, { ...options, ffmpeg }))
  for (const camera of cameras) yield await camera
}

function toldModel({ name, runs, down, refused }: ModelStatus): Finding {
  const why = down ?? refused
  return why ? notAsAsked('model', name, why) : ok('model', `${name}: ${runs?.id} v${runs?.version}`)
}

function toldCamera({ id, state, fault, source }: CameraStatus): Finding {
  if (fault) return troubled(id, fault)
  return ok(
    'camera',
    `${id}: ${state} ${source?.width ?? '?'}×${source?.height ?? '?'} ${source?.codec ?? ''}`,
  )
}

async function checkModel(name: string, model: ModelOrder, signal: AbortSignal): Promise<Finding> {
  try {
    await using opened = await openDetectorChild({ clock: systemClock, model, threads: 1, signal })
    return ok('model', `${name}: ${opened.card.id} v${opened.card.version}`)
  } catch (error) {
    return badBecause('model', name, error)
  }
}

async function checkCamera(
  id: string,
  { source, size, fps }: PlannedCamera,
  { ffmpeg, dataDir, signal }: VisionOptions & { readonly ffmpeg: string },
): Promise<Finding> {
  const over = new AbortController()
  try {
    const from = 'login' in source ? source.login : undefined
    const login = from && (await readLogin(from, { base: '/', dataDir }))
    await using camera = openSource(source, {
      ffmpeg,
      ...(login ? { login } : {}),
      size,
      fps,
      clock: systemClock,
      random: Math.random,
      log: pino({ level: 'silent' }),
      onState: ({ kind, fault }) => {
        if (kind === 'lost' && fault) over.abort(new CameraTrouble(fault))
      },
    })
    await camera.next(AbortSignal.any([signal, over.signal, AbortSignal.timeout(FRAME_MS)]))
    const { width, height, codec } = camera.figures()
    return ok('camera', `${id}: ${width ?? '?'}×${height ?? '?'} ${codec ?? ''}`)
  } catch (error) {
    if (error instanceof CameraTrouble) return troubled(id, error.fault)
    return badBecause('camera', id, error)
  }
}

function troubled(id: string, { reason, remedy, detail }: CameraFault): Finding {
  const found = `${id}: ${reason.zh} ${reason.en}${detail === undefined ? '' : `: ${detail}`}`
  return bad('camera', found, `${remedy.zh} ${remedy.en}`)
}

function badBecause(check: string, name: string, error: unknown): Finding {
  if (isGanzhiError(error)) return notAsAsked(check, name, error)
  return bad(
    check,
    `${name}: ${error instanceof Error ? error.message : String(error)}`,
    '再试一次 try again',
  )
}

function notAsAsked(
  check: string,
  name: string,
  { message, remedy }: Pick<Error, 'message'> & { readonly remedy?: string | undefined },
): Finding {
  const found = name === '' ? message : `${name}: ${message}`
  return bad(check, found, remedy ?? '看代理的日志 see the log of the agent')
}
