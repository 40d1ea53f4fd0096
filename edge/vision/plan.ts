import { DeviceId } from '@ganzhi/contracts/device-id'
import { Token } from '@ganzhi/contracts/record-key'
import { schemaFaults } from '@ganzhi/contracts/schema'
import { type PlacedScene, placeScenes } from '@ganzhi/firmware-config/scenes/placed-scene'
import type { Privacy } from '@ganzhi/firmware-config/scenes/privacy'
import type { Scene } from '@ganzhi/firmware-config/scenes/scene'
import { polygonFaults } from '@ganzhi/firmware-config/scenes/zone'
import { resolve } from 'node:path'
import type { Static, TSchema } from 'typebox'
import {
  CameraHead,
  PackageModel,
  PackageShadow,
  SourceHead,
  VisionHead,
  WeightsModel,
  WeightsShadow,
} from './config.ts'
import type { PlannedModel } from './detectors/planned-detector.ts'
import type { ModelOrder } from './detectors/messages.ts'
import { CAMERA_SOURCES, CameraLogin, type CameraSource } from './sources/camera-source.ts'

export interface PlannedCamera {
  readonly source: CameraSource
  readonly size: { readonly width: number; readonly height: number }
  /** Infinity: every frame, as fast as they are looked at. */
  readonly fps: number
  readonly gate: boolean
  readonly looks: readonly PlannedLook[]
  readonly area?: string
  readonly place?: { readonly lon: number; readonly lat: number }
  readonly privacy: Privacy
  readonly scenes: readonly PlacedScene[]
}

/** How one model looks at a camera. */
export interface PlannedLook {
  readonly model: string
  readonly leastFps?: number
  readonly tiles?: Tiles
}

interface Tiles {
  readonly columns: number
  readonly rows: number
}

export interface VisionPlan {
  readonly models: ReadonlyMap<string, PlannedModel>
  readonly cameras: ReadonlyMap<string, PlannedCamera>
}

type Path = readonly (string | number)[]
type Remedies = Readonly<Record<string, string>>
export type TellFault = (path: Path, message: string, remedy?: string) => void

export const NOTHING_SEEN: VisionPlan = { models: new Map(), cameras: new Map() }
/** Of 16:9 that is 640 × 360, of 4:3 640 × 480. */
const SIZE = [640, 640] as const
const FPS = 5

const NO_LOGIN = 'Write it without user and password: these go into `login`.'
const ADDRESS = { url: NO_LOGIN, sub: NO_LOGIN, snapshot: NO_LOGIN }

export interface Known {
  /** Where relative paths begin. */
  readonly base: string
  readonly scenes: ReadonlyMap<string, Scene>
}

/** What a configuration asks to be looked at. Goes on behind a fault, so that all are told at once. */
export function planVision(document: unknown, known: Known, fault: TellFault): VisionPlan {
  return new Planner(known, fault).plan(document)
}

class Planner {
  readonly #known: Known
  readonly #fault: TellFault
  #trustedKeys: readonly string[] = []

  constructor(known: Known, fault: TellFault) {
    this.#known = known
    this.#fault = fault
  }

  plan(document: unknown): VisionPlan {
    if (!this.#fits(VisionHead, document, [])) return NOTHING_SEEN
    const { trustedKeys = [], models = {}, cameras = {} } = document
    this.#trustedKeys = trustedKeys.map((file) => this.#path(file))
    const names = Object.keys(models)
    for (const name of names) this.#named(Token, name, ['models', name])
    for (const id of Object.keys(cameras)) this.#named(DeviceId, id, ['cameras', id])
    return {
      models: mapped(models, (name, model) => this.#model(model, ['models', name])),
      cameras: mapped(cameras, (id, camera) => this.#camera(camera, names, ['cameras', id])),
    }
  }

  #model(document: unknown, at: Path): PlannedModel | undefined {
    const schema = isPackage(document) ? PackageModel : WeightsModel
    if (!this.#fits(schema, document, at)) return undefined
    const { shadow } = document
    const model = this.#order(document, at)
    if (shadow === undefined) return { model }
    const shadowAt = [...at, 'shadow']
    if (!this.#fits(isPackage(shadow) ? PackageShadow : WeightsShadow, shadow, shadowAt)) return undefined
    return { model, shadow: { model: this.#order(shadow, shadowAt), share: shadow.share } }
  }

  #order(document: Static<typeof PackageModel> | Static<typeof WeightsModel>, at: Path): ModelOrder {
    const providers = document.providers ? { providers: document.providers } : {}
    if ('weights' in document) {
      const { weights, card } = document
      return { kind: 'weights', path: this.#path(weights), card: this.#path(card), ...providers }
    }
    if (this.#trustedKeys.length === 0) {
      const remedy = 'Name the PEM file of whoever signs it in vision.trustedKeys.'
      this.#fault([...at, 'package'], 'is signed by nobody who is trusted', remedy)
    }
    const dir = this.#path(document.package)
    return { kind: 'package', dir, trustedKeys: this.#trustedKeys, ...providers }
  }

  #camera(document: unknown, names: readonly string[], at: Path): PlannedCamera | undefined {
    const given = fieldIn(document, 'source')
    const source = given === undefined ? undefined : this.#source(given, [...at, 'source'])
    if (!this.#fits(CameraHead, document, at)) return undefined
    const { models = [], size = SIZE, gate = true, area, place, privacy = {} } = document
    models.forEach((name, index) => this.#mustBeOne(names, name, [...at, 'models', index]))
    const scenes = this.#scenes(document, at)
    for (const [i, mask] of (privacy.masks ?? []).entries()) {
      const faults = polygonFaults(mask, [...at, 'privacy', 'masks', i])
      for (const { path, message, remedy } of faults) this.#fault(path, message, remedy)
    }
    if (!source) return undefined
    const [width, height] = size
    const fps = this.#fps(document, source, at)
    return {
      source,
      size: { width, height },
      fps,
      gate,
      looks: [...new Set(models)].map((model) => lookOf(model, { ...document, fps }, scenes)),
      ...(area === undefined ? {} : { area }),
      ...(place ? { place } : {}),
      privacy,
      scenes,
    }
  }

  /** Each with the model that looks for it. */
  #scenes({ scenes = [], models = [] }: CameraHead, at: Path): PlacedScene[] {
    const entries = scenes.map((scene, index) => {
      const path = [...at, 'scenes', index]
      if (scene.model !== undefined) this.#mustBeOne(models, scene.model, [...path, 'model'])
      const model = scene.model ?? models[0]
      if (model !== undefined) return { ...scene, model }
      this.#fault(path, 'has no model that looks for it', 'Name one in the `models` of the camera.')
      return scene
    })
    const placed = placeScenes(this.#known.scenes, entries)
    if ('scenes' in placed) return [...placed.scenes]
    for (const { path, message, remedy } of placed.faults)
      this.#fault([...at, 'scenes', ...path], message, remedy)
    return []
  }

  #mustBeOne(names: readonly string[], name: string, at: Path): void {
    if (names.includes(name)) return
    const remedy = names.length > 0 ? `Use one of: ${names.join(', ')}.` : 'Add it to vision.models.'
    this.#fault(at, `${name} is not known`, remedy)
  }

  #fps({ fps, leastFps }: CameraHead, source: CameraSource, at: Path): number {
    const unpaced = source.kind === 'file' && source.unpaced === true
    if (unpaced && fps !== undefined) {
      const remedy = 'Leave it out: of an unpaced file every frame is looked at.'
      this.#fault([...at, 'fps'], 'is not for an unpaced file', remedy)
    }
    const asked = unpaced ? Infinity : (fps ?? FPS)
    if ((leastFps ?? 0) > asked) {
      this.#fault([...at, 'leastFps'], `is above fps, which is ${asked}`, 'Lower it, or raise fps.')
    }
    return asked
  }

  #source(document: unknown, at: Path): CameraSource | undefined {
    if (!this.#fits(SourceHead, document, at)) return undefined
    const schema = CAMERA_SOURCES[document.kind]
    const login = fieldIn(document, 'login')
    if ('login' in schema.properties && login !== undefined && schemaFaults(CameraLogin, login).length > 0) {
      const remedy = 'Seal it: ganzhi-edge camera seal'
      this.#fault([...at, 'login'], 'must be { sealed: gz1.… } or { file: … }', remedy)
      return undefined
    }
    if (!this.#fits(schema, document, at, ADDRESS)) return undefined
    const source: CameraSource = document
    if (source.kind === 'file') return { ...source, path: this.#path(source.path) }
    if ('login' in source && source.login && 'file' in source.login) {
      return { ...source, login: { file: this.#path(source.login.file) } }
    }
    return source
  }

  #named(schema: TSchema, name: string, at: Path): void {
    for (const { message } of schemaFaults(schema, name)) this.#fault(at, `is no name: it ${message}`)
  }

  #path(path: string): string {
    return resolve(this.#known.base, path)
  }

  #fits<T extends TSchema>(schema: T, value: unknown, at: Path, remedies: Remedies = {}): value is Static<T> {
    const faults = schemaFaults(schema, value)
    for (const { path, message } of faults) {
      this.#fault([...at, ...path], message, remedies[path.at(-1) ?? ''])
    }
    return faults.length === 0
  }
}

/** As the camera's configuration says; where it says nothing, as the scenes need it. */
function lookOf(
  model: string,
  camera: CameraHead & { readonly fps: number },
  scenes: readonly PlacedScene[],
): PlannedLook {
  const needs = scenes.filter((scene) => scene.model === model).map(({ scene }) => scene.looks)
  const needed = Math.max(0, ...needs.map(({ perSecond }) => perSecond))
  const leastFps = camera.leastFps ?? Math.min(needed, camera.fps)
  const tiles = camera.tiles ?? mostTiles(needs.flatMap((each) => each.tiles ?? []))
  return { model, ...(leastFps > 0 ? { leastFps } : {}), ...(tiles ? { tiles } : {}) }
}

function mostTiles(all: readonly Tiles[]): Tiles | undefined {
  return all.toSorted((a, b) => b.columns * b.rows - a.columns * a.rows)[0]
}

function mapped<In, Out>(
  record: Readonly<Record<string, In>>,
  of: (key: string, value: In) => Out | undefined,
) {
  const entries = Object.entries(record).flatMap(([key, value]) => {
    const made = of(key, value)
    return made === undefined ? [] : [[key, made] as const]
  })
  return new Map<string, NonNullable<Out>>(entries as [string, NonNullable<Out>][])
}

function isPackage(document: unknown): boolean {
  return fieldIn(document, 'package') !== undefined
}

function fieldIn(document: unknown, name: string): unknown {
  return typeof document === 'object' && document !== null
    ? (document as Record<string, unknown>)[name]
    : undefined
}
