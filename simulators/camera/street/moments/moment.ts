import { keyOf, randomStream } from '../../../signal.ts'
import type { Buffers } from '../engine/buffers.ts'
import type { Sight } from '../engine/sights.ts'
import type { Place } from '../engine/placed.ts'
import { Stage } from '../engine/stage.ts'
import type { View } from '../engine/view.ts'
import { expose } from '../lens/expose.ts'
import { makeLens } from '../lens/lens.ts'
import { weighted } from '../things/making/chance.ts'
import type { Palette } from '../world/palette.ts'
import { buildScenery } from '../world/scenery.ts'
import { type StreetKind, stripsOf } from '../world/strips.ts'
import { chooseView } from '../world/viewpoint.ts'
import { makeWeather, type WeatherKind } from '../weather/weather.ts'
import { populate } from './populate.ts'

export interface Moment {
  readonly rgb: Uint8ClampedArray
  readonly sights: readonly Sight[]
  readonly weather: WeatherKind
  /** Of the JPEG that this camera would make, 1 to 100. */
  readonly quality: number
}

const OFTEN: Readonly<Record<StreetKind, number>> = {
  street: 0.35,
  'wide street': 0.2,
  square: 0.2,
  lane: 0.15,
  park: 0.1,
}

/** A street nobody has seen before, at some moment, by some camera. */
export function takeMoment(seed: number, buffers: Buffers, palette: Palette): Moment {
  const { size } = buffers
  const randomOf = (name: string) => randomStream(keyOf(seed, name))
  const kind = weighted(randomOf('kind'), OFTEN)
  const strips = stripsOf(kind, randomOf('strips'))
  const view = chooseView(strips, randomOf('view'))
  const weather = makeWeather(randomOf('weather'))
  const { still, lampsAt } = buildScenery(strips, palette, randomOf('scenery'), weather.lit)
  const placed = populate({ strips, view, size, weather, random: randomOf('crowd') })
  const open = still.filter(({ place }) => !hides(view, place))
  const lamps = lampsAt
    .filter(({ x, z }) => Math.hypot(x - view.eye[0], z - view.eye[2]) < 45)
    .map(({ x, y = 0, z }) => ({ at: [x, y, z] as const, colour: [9, 7.2, 4.6] as const, down: true }))
  const light = { ...weather.light, lamps: weather.lit ? lamps : [] }
  const stage = new Stage(buffers, { view, light, skyAt: weather.skyAt, still: open })
  const picture = stage.pictureOf(placed)
  const lens = makeLens(randomOf('lens'), weather.kind === 'night')
  return {
    rgb: expose(picture.light, size, lens, randomOf('noise')),
    sights: picture.sights(),
    weather: weather.kind,
    quality: lens.quality,
  }
}

/** Nobody hangs up a camera behind a tree. */
const CLEARED_M = 6

function hides({ eye, ahead }: View, { x, z }: Place): boolean {
  if (x === 0 && z === 0) return false
  const [dx, dz] = [x - eye[0], z - eye[2]]
  const far = Math.hypot(dx, dz)
  const flat = Math.hypot(ahead[0], ahead[2])
  return far < CLEARED_M && (far < 2 || (dx * ahead[0] + dz * ahead[2]) / (far * flat) > 0.3)
}
