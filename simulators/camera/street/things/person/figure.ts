import type { Material, Mesh } from '../../engine/mesh.ts'
import { box } from '../making/box.ts'
import { along } from '../making/frame.ts'
import { meshOf, placed, type Shape } from '../making/shape.ts'
import { dot, minus, mix, unit } from '../making/vector.ts'
import type { Body } from './body.ts'
import { hair } from './hair.ts'
import { hat, mask } from './hat.ts'
import { ears, head } from './head.ts'
import { arm, hand, leg, shoe } from './limbs.ts'
import type { Outfit } from './outfit.ts'
import type { Posture } from './pose.ts'
import type { Skeleton } from './skeleton.ts'
import { skirt, trunk } from './trunk.ts'

const PAIR = [0, 1] as const

export function figure(body: Body, skeleton: Skeleton, posture: Posture, outfit: Outfit): Mesh[] {
  const { top, bottom, skin } = outfit
  const bare: Shape[] = []
  const upper: Shape[] = []
  const lower: Shape[] = []
  // Sitting on it, nobody's shirt hangs through the seat.
  const hem = isFolded(skeleton) ? Math.max(0.04, top.hem) : top.hem
  const quilt = (ring: number) => 1 + top.puff * (ring % 2 === 0 ? 1 : -0.6)
  const side = skeleton.pelvis.side
  const across = skeleton.chest.side

  upper.push(
    trunk(body, skeleton, posture, {
      from: hem,
      to: 1.1,
      ease: [top.ease, top.ease * 0.6],
      swell: quilt,
    }),
  )
  if (top.skirt)
    upper.push(
      skirt(body, skeleton, posture, { ...top.skirt, from: Math.max(0.2, hem + 0.1), ease: top.ease }),
    )
  if (bottom.kind === 'skirt')
    lower.push(skirt(body, skeleton, posture, { ...bottom, from: 0.3, ease: 0.01 }))
  else lower.push(trunk(body, skeleton, posture, { from: -0.2, to: 0.28, ease: [bottom.ease[0], 0.004] }))
  for (const i of PAIR) {
    const limb = skeleton.legs[i]
    const covered = bottom.kind === 'skirt' ? 0 : bottom.length
    if (bottom.kind === 'trousers')
      lower.push(leg(body, limb, side, { from: -0.05, to: bottom.length, ease: bottom.ease }))
    if (covered < 1.8)
      bare.push(leg(body, limb, side, { from: Math.max(0.1, covered - 0.15), to: 1.98, ease: [0, 0] }))
    const branch = skeleton.arms[i]
    upper.push(
      arm(body, branch, across, {
        from: -0.08,
        to: top.sleeve,
        ease: [top.ease * 0.6, top.ease * 0.75 + 0.003],
        swell: quilt,
      }),
    )
    if (top.sleeve < 1.9)
      bare.push(arm(body, branch, across, { from: top.sleeve - 0.12, to: 1.98, ease: [0, 0], sides: 6 }))
  }
  const hands = PAIR.map((i) => hand(body, skeleton.arms[i], skeleton.chest.front))
  bare.push(
    trunk(body, skeleton, posture, { from: 1.0, to: 1.24, ease: [-0.02, 0], sides: 8, open: 'both' }),
    ...ears(body, skeleton.head),
  )
  if (!outfit.gloves) bare.push(...hands)
  const meshes = [
    meshOf(top.material, ...upper),
    meshOf(bottom.material, ...lower),
    meshOf({ colour: skin, gloss: 0.1 }, ...bare),
    meshOf(outfit.face, head(body, skeleton.head)),
    meshOf(outfit.shoes, ...PAIR.map((i) => shoe(body, skeleton.legs[i], outfit.heel))),
  ]
  const tress = hair(
    body,
    skeleton.head,
    outfit.hat && outfit.cut !== 'long' && outfit.cut !== 'bob' && outfit.cut !== 'ponytail'
      ? 'crew'
      : outfit.cut,
    outfit.hairKey,
  )
  if (tress.length > 0) meshes.push(meshOf({ colour: outfit.hairColour, gloss: 0.25 }, ...tress))
  if (outfit.gloves) meshes.push(meshOf(outfit.gloves, ...hands))
  if (outfit.vest)
    meshes.push(
      meshOf(
        outfit.vest.material,
        trunk(body, skeleton, posture, {
          from: Math.max(hem - 0.02, outfit.vest.hem),
          to: 1.02,
          ease: [top.ease + 0.012, top.ease * 0.6 + 0.01],
        }),
      ),
    )
  if (outfit.hat) meshes.push(meshOf(outfit.hat.material, ...hat(body, skeleton.head, outfit.hat.kind)))
  if (outfit.mask) meshes.push(meshOf(outfit.mask, mask(body, skeleton.head)))
  if (outfit.socks)
    meshes.push(
      meshOf(
        outfit.socks,
        ...PAIR.map((i) => leg(body, skeleton.legs[i], side, { from: 1.72, to: 1.97, ease: [0.003, 0.003] })),
      ),
    )
  if (posture.phone) meshes.push(phone(body, skeleton))
  return meshes
}

/** The thighs are lifted to the front. */
function isFolded({ pelvis, legs }: Skeleton): boolean {
  return legs.some((limb) => dot(unit(minus(limb.joint, limb.root)), pelvis.up) > -0.62)
}

function phone(body: Body, { arms, head }: Skeleton): Mesh {
  const [hand] = arms
  const at = mix(hand.end, hand.tip, 0.8)
  const screen = along(at, unit(minus(hand.tip, hand.end)), unit(minus(head.at, at)))
  return meshOf(GLASS, placed(box(0.045 * body.height, 0.09 * body.height, 0.008), screen))
}

const GLASS: Material = { colour: [0.02, 0.02, 0.025], gloss: 0.9 }
