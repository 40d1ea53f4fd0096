import { type ErrorDocument, errorDocument } from '@ganzhi/contracts/error'
import type { DetectorPool } from './detectors/detector-pool.ts'
import type { LabelAgreement } from './detectors/agreement.ts'
import type { Comparison, ModelIdentity } from './detectors/model-identity.ts'
import type { PipelineFigures } from './camera-pipeline.ts'
import type { VisionPlan } from './plan.ts'
import type { CameraFault, CameraState } from './sources/camera-state.ts'
import type { SourceFigures } from './sources/player.ts'
import type { WatchedCamera } from './watched-camera.ts'

/** How one model looks at one camera. `askedFps` and `grantedFps` are absent where every frame is looked at. */
export interface LookStatus extends Omit<PipelineFigures, 'askedFps' | 'grantedFps' | 'modelDown'> {
  readonly model: string
  readonly askedFps: number | undefined
  readonly grantedFps: number | undefined
}

export interface CameraStatus {
  readonly id: string
  readonly state: CameraState['kind']
  /** ms since 1970 */
  readonly since: number
  readonly fault?: CameraFault
  /** What comes from the camera. */
  readonly source: SourceFigures | undefined
  readonly looks: readonly LookStatus[]
}

export interface ComparisonStatus extends Omit<Comparison, 'takenBack' | 'labels'> {
  readonly labels: readonly LabelAgreement[]
  readonly takenBack?: ErrorDocument
}

export interface ModelStatus {
  readonly name: string
  readonly runs: ModelIdentity | undefined
  readonly down: ErrorDocument | undefined
  /** Why what the configuration asks for does not run, though another model does. */
  readonly refused: ErrorDocument | undefined
  readonly shadowRefused: ErrorDocument | undefined
  /** Of a look: half of them took at most, and 95 of 100. */
  readonly latencyMs: { readonly p50: number | undefined; readonly p95: number | undefined }
  /** With the candidate in shadow, or with the former one on probation. */
  readonly comparison: ComparisonStatus | undefined
  /** How the last swap or shadow ended. */
  readonly lastSwap: ComparisonStatus | undefined
}

export interface VisionStatus {
  readonly cameras: readonly CameraStatus[]
  readonly models: readonly ModelStatus[]
}

export function visionStatus(
  { models, cameras }: VisionPlan,
  running: { readonly cameras: ReadonlyMap<string, WatchedCamera>; readonly pool: Pick<DetectorPool, 'get'> },
): VisionStatus {
  return {
    cameras: [...cameras.keys()].flatMap((id) => cameraStatus(id, running.cameras.get(id)) ?? []),
    models: [...models.keys()].flatMap((name) => modelStatus(name, running.pool.get(name)) ?? []),
  }
}

function cameraStatus(id: string, camera: WatchedCamera | undefined): CameraStatus | undefined {
  if (!camera) return undefined
  const { kind: state, since, fault } = camera.state
  const looks = [...camera.pipelines].map(([model, { figures }]) => lookStatus(model, figures))
  return { id, state, since, ...(fault ? { fault } : {}), source: camera.figures, looks }
}

function lookStatus(model: string, all: PipelineFigures): LookStatus {
  const { modelDown: _, askedFps, grantedFps, ...figures } = all
  const finite = (fps: number) => (fps === Infinity ? undefined : fps)
  return { model, ...figures, askedFps: finite(askedFps), grantedFps: finite(grantedFps) }
}

function modelStatus(name: string, planned: ReturnType<DetectorPool['get']>): ModelStatus | undefined {
  if (!planned) return undefined
  const { detector, refused, shadowRefused } = planned
  const { model, down, latency, comparison, lastSwap } = detector
  return {
    name,
    runs: model,
    down: down && errorDocument(down),
    refused: refused && errorDocument(refused),
    shadowRefused: shadowRefused && errorDocument(shadowRefused),
    latencyMs: { p50: latency.percentile(0.5), p95: latency.percentile(0.95) },
    comparison: compared(comparison),
    lastSwap: compared(lastSwap),
  }
}

function compared(comparison: Comparison | undefined): ComparisonStatus | undefined {
  if (!comparison) return undefined
  const { takenBack, ...figures } = comparison
  return { ...figures, ...(takenBack && { takenBack: errorDocument(takenBack) }) }
}

/** The figures of STATUS: `vision.<camera>.<model>.<figure>`, and how many of each are as they should be. */
export function visionCounters({ cameras, models }: VisionStatus): Record<string, number> {
  if (cameras.length + models.length === 0) return {}
  const figures = cameras.flatMap(({ id, looks }) =>
    looks.flatMap(({ model, ...each }) =>
      Object.entries(each)
        .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
        .map(([name, figure]) => [`${id}.${model}.${name}`, figure] as const),
    ),
  )
  return {
    cameras: cameras.length,
    live: cameras.filter(({ state }) => state === 'live').length,
    models: models.length,
    modelsDown: models.filter(({ down }) => down).length,
    modelsRefused: models.filter(({ refused }) => refused).length,
    ...Object.fromEntries(figures),
  }
}
