import { keyOf, randomStream } from '../../../signal.ts'
import type { Buffers } from '../engine/buffers.ts'
import type { Sight } from '../engine/sights.ts'
import { Stage } from '../engine/stage.ts'
import { expose } from '../lens/expose.ts'
import { makeLens } from '../lens/lens.ts'
import { stampOn } from '../lens/stamp.ts'
import { chance, weighted } from '../things/making/chance.ts'
import type { Palette } from '../world/palette.ts'
import { buildScenery } from '../world/scenery.ts'
import { type StreetKind, stripsOf } from '../world/strips.ts'
import { chooseView, clearedFor } from '../world/viewpoint.ts'
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

/** Share of recorders that write into their pictures. */
const STAMPED = 0.45

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
  const light = weather.lightWith(lampsAt, view)
  const stage = new Stage(buffers, { view, light, skyAt: weather.skyAt, still: clearedFor(view, still) })
  const picture = stage.pictureOf(placed)
  const lens = makeLens(randomOf('lens'), weather.kind === 'night')
  const rgb = expose(picture.light, size, lens, randomOf('noise'))
  if (chance(randomOf('stamped'), STAMPED)) stampOn(rgb, size, randomOf('stamp'))
  return {
    rgb,
    sights: picture.sights(),
    weather: weather.kind,
    quality: lens.quality,
  }
}
