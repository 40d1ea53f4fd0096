import { keyOf, randomStream } from '../../signal.ts'
import { Buffers, type Size } from './engine/buffers.ts'
import type { Sight } from './engine/sights.ts'
import { Stage } from './engine/stage.ts'
import type { View } from './engine/view.ts'
import { Developer } from './lens/develop.ts'
import { gainOf } from './lens/expose.ts'
import { makeLens } from './lens/lens.ts'
import { passersBy } from './lives/passers-by.ts'
import type { Point } from './lives/way.ts'
import { makeWeather, type WeatherKind } from './weather/weather.ts'
import { Palette } from './world/palette.ts'
import { buildScenery } from './world/scenery.ts'
import { type StreetKind, stripsOf } from './world/strips.ts'
import { chooseView } from './world/viewpoint.ts'
import { pick } from './things/making/chance.ts'

export interface StreetOptions {
  readonly seed: number
  readonly size: Size
  readonly walkers: number
  /** After which all begins again. */
  readonly loopS: number
}

export interface StreetPicture {
  /** Red, green, blue of each pixel; the next picture overwrites it. */
  readonly rgb: Uint8ClampedArray
  /** What it shows, until the next picture is asked for. */
  truth(): readonly Sight[]
}

/** One street by one camera on one day. */
export interface Street {
  pictureAt(ms: number): StreetPicture
}

const KINDS: readonly [StreetKind, ...StreetKind[]] = ['street', 'wide street', 'square', 'lane']
const WEATHERS: readonly [WeatherKind, ...WeatherKind[]] = ['sunny', 'overcast', 'overcast', 'rain', 'dusk']

export function openStreet({ seed, size, walkers, loopS }: StreetOptions): Street {
  const randomOf = (name: string) => randomStream(keyOf(seed, name))
  const strips = stripsOf(pick(randomOf('kind'), KINDS), randomOf('strips'))
  const view = chooseView(strips, randomOf('view'))
  const weather = makeWeather(randomOf('weather'), pick(randomOf('weather kind'), WEATHERS))
  const scenery = buildScenery(strips, new Palette(), randomOf('scenery'), weather.lit)
  const stage = new Stage(new Buffers(size), {
    view,
    light: weather.light,
    skyAt: weather.skyAt,
    still: scenery.still,
  })
  const actors = passersBy({ strips, count: walkers, middle: middleOf(view), loopS, seed })
  const lens = makeLens(randomOf('lens'), weather.kind === 'night')
  const empty = stage.pictureOf([])
  const developer = new Developer(size, lens, gainOf(empty.light, lens.exposure))
  const rgb = new Uint8ClampedArray(3 * size.width * size.height)
  for (let y = 0; y < size.height; y++) developer.develop(empty.light, rgb, y, 0, size.width)
  return {
    pictureAt(ms) {
      const picture = stage.pictureOf(actors.flatMap((actor) => actor.at(ms) ?? []))
      picture.changed.forEachRun(size, (y, left, right) =>
        developer.develop(picture.light, rgb, y, left, right),
      )
      return { rgb, truth: () => picture.sights() }
    },
  }
}

/** What the camera looks at, on the ground. */
function middleOf({ eye, ahead }: View): Point {
  const far = Math.min(16, Math.max(4, eye[1] / Math.max(0.05, -ahead[1])))
  return { x: eye[0] + ahead[0] * far, z: eye[2] + ahead[2] * far }
}
