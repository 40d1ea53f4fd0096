import type { Mesh, Part, Thing } from '../../engine/mesh.ts'
import { between, chance, pick, type Random } from '../making/chance.ts'
import { along, bowed } from '../making/frame.ts'
import { meshOf } from '../making/shape.ts'
import { mix, UP } from '../making/vector.ts'
import { rainUmbrella, type Umbrella } from '../umbrella.ts'
import { bag, burdenOf } from './bag.ts'
import { bodyOf, type Body } from './body.ts'
import { strideOf } from './gait.ts'
import { figure } from './figure.ts'
import { outfitOf } from './dress.ts'
import type { Kind, Outfit } from './outfit.ts'
import { handsBusy, type Pose, type Posture } from './pose.ts'
import { type Habit, postureOf, STANCES } from './postures.ts'
import { raincoat, raincoatMaterial } from './raincoat.ts'
import { type Skeleton, skeletonOf } from './skeleton.ts'
import { broom, load } from './tools.ts'

export interface Person {
  readonly height: number
  /** How far one whole phase of walking goes, in metres, so that feet don't slide. */
  readonly stride: number
  /** With an umbrella where it rains or the sun burns; who needs both hands wears a raincoat instead. */
  thing(pose: Pose, umbrella?: boolean): Thing
}

export function person(random: Random, kind: Kind = 'passer-by'): Person {
  const age = kind === 'child' || kind === 'elder' ? kind : 'adult'
  const body = bodyOf(random, age)
  const outfit = outfitOf(random, body, kind)
  const habit = habitOf(random, outfit, age === 'elder')
  const shade = rainUmbrella(random)
  const burden = load(random)
  const foil = raincoatMaterial(random)
  return {
    height: body.height,
    stride: strideOf(body.thigh + body.shin + body.ankle, habit.vigour),
    thing(pose, umbrella = false) {
      const [held, worn] = [umbrella && !handsBusy(pose), umbrella && handsBusy(pose)]
      const usual = postureOf(body, pose, habit)
      const posture = held ? holding(body, usual) : usual
      const skeleton = skeletonOf(body, posture)
      const meshes: Mesh[] = figure(body, skeleton, posture, outfit)
      const free =
        pose.doing === 'walking' ||
        pose.doing === 'standing' ||
        pose.doing === 'talking' ||
        pose.doing === 'phoning'
      const kept = outfit.bag && (free || burdenOf(outfit.bag.kind) === undefined)
      if (outfit.bag && kept)
        meshes.push(meshOf(outfit.bag.material, ...bag(body, skeleton, outfit.bag.kind, outfit.top.ease)))
      const parts: Part[] = [{ label: 'person', meshes }]
      if (worn) meshes.push(raincoat(body, skeleton, posture, foil))
      if (held) parts.push(inHand(skeleton, shade))
      if (pose.doing === 'carrying') parts.push({ meshes: burden(skeleton) })
      if (pose.doing === 'sweeping') parts.push({ meshes: broom(skeleton) })
      return { parts }
    },
  }
}

function habitOf(random: Random, outfit: Outfit, old: boolean): Habit {
  const burdened = outfit.bag ? burdenOf(outfit.bag.kind) : undefined
  return {
    vigour: old ? between(random, 0.5, 0.8) : between(random, 0.75, 1.15),
    stance: pick(random, STANCES),
    leans: chance(random, 0.5) ? 1 : -1,
    gaze: between(random, -0.6, 0.6),
    reading: burdened !== 'left' && chance(random, 0.15),
    ...(burdened ? { burdened } : {}),
  }
}

/** The left hand before the shoulder. */
function holding(body: Body, posture: Posture): Posture {
  const h = body.height
  return { ...posture, phone: false, arms: [{ wrist: [0.075 * h, -0.1 * h, 0.13 * h] }, posture.arms[1]] }
}

function inHand({ arms, chest }: Skeleton, shade: Umbrella): Part {
  const [arm] = arms
  const at = mix(arm.end, arm.tip, 0.5)
  return shade.part(bowed(along(at, UP, chest.front), -0.12, -0.1))
}
