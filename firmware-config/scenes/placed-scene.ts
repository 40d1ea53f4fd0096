import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { FieldFault } from '../field-fault.ts'
import { repeatedIds } from '../repeated-ids.ts'
import type { CameraScene } from './camera-scene.ts'
import { type Scene, sceneFaults } from './scene.ts'
import { scheduleFaults } from './schedule.ts'
import { polygonFaults, type Zone } from './zone.ts'

/** A scene as one camera watches for it. */
export interface PlacedScene extends Omit<CameraScene, 'scene' | 'rule' | 'timing'> {
  /** With the camera's own settings. */
  readonly scene: Scene
  /** Of everything that can make a difference to what it tells. */
  readonly sha256: string
}

export type PlacedScenes =
  | { readonly scenes: readonly PlacedScene[] }
  /** Paths are relative to the list of scenes. */
  | { readonly faults: readonly FieldFault[] }

/** What a camera's configuration makes of the scenes that are known. */
export function placeScenes(
  known: ReadonlyMap<string, Scene>,
  entries: readonly CameraScene[],
): PlacedScenes {
  const faults: FieldFault[] = [...repeatedScenes(entries)]
  const scenes: PlacedScene[] = []
  for (const [i, entry] of entries.entries()) {
    const scene = known.get(entry.scene)
    if (!scene) {
      const remedy = `Use one of: ${[...known.keys()].join(', ')}.`
      faults.push({ path: [i, 'scene'], message: `${entry.scene} is no scene`, remedy })
      continue
    }
    const placed = place(scene, entry)
    const wrong = [...placementFaults(placed)].map((fault) => ({ ...fault, path: [i, ...fault.path] }))
    faults.push(...wrong)
    scenes.push(placed)
  }
  return faults.length > 0 ? { faults } : { scenes }
}

function place(scene: Scene, { rule, timing, ...entry }: CameraScene): PlacedScene {
  const tuned = { ...scene, rule: { ...scene.rule, ...rule }, timing: { ...scene.timing, ...timing } }
  const placed = { ...entry, scene: tuned }
  return { ...placed, sha256: createHash('sha256').update(JSON.stringify(placed)).digest('hex') }
}

function* placementFaults({ scene, zones, masks = [], schedule }: PlacedScene): Iterable<FieldFault> {
  yield* sceneFaults(scene)
  yield* repeatedIds(['zones'], zones)
  for (const [i, mask] of masks.entries()) yield* polygonFaults(mask, ['masks', i])
  if (schedule) yield* scheduleFaults(schedule, ['schedule'])
  for (const [i, zone] of zones.entries()) yield* zoneFaults(zone, scene, ['zones', i])
}

function* zoneFaults(
  zone: Zone,
  scene: Omit<Scene, 'sources'>,
  path: FieldFault['path'],
): Iterable<FieldFault> {
  const needed = scene.rule.kind === 'line' ? 'line' : 'polygon'
  const other = needed === 'line' ? 'polygon' : 'line'
  if (!zone[needed]) {
    const remedy = `Draw a ${needed} for ${scene.id}.`
    yield { path: [...path, needed], message: 'is missing', remedy }
  }
  if (zone[other]) {
    yield { path: [...path, other], message: `means nothing to ${scene.id}`, remedy: 'Leave it out.' }
  }
  if (zone.polygon) yield* polygonFaults(zone.polygon, [...path, 'polygon'])
  if (zone.line && isDeepStrictEqual(zone.line[0], zone.line[1])) {
    yield { path: [...path, 'line'], message: 'has no length', remedy: 'Give it two points apart.' }
  }
  if (zone.schedule) yield* scheduleFaults(zone.schedule, [...path, 'schedule'])
  const variants = Object.keys(scene.variants ?? {})
  if (zone.variant !== undefined && !variants.includes(zone.variant)) {
    const remedy =
      variants.length > 0 ? `Use one of: ${variants.join(', ')}.` : `Leave it out: ${scene.id} has none.`
    yield { path: [...path, 'variant'], message: `${zone.variant} is no variant`, remedy }
  }
}

function repeatedScenes(entries: readonly CameraScene[]): FieldFault[] {
  return entries.flatMap(({ scene }, i) => {
    const before = entries.findIndex((entry) => entry.scene === scene)
    if (before === i) return []
    const remedy = 'Put its zones there: a zone can have a schedule and a variant of its own.'
    return [{ path: [i, 'scene'], message: `${scene} is also scenes[${before}]`, remedy }]
  })
}
