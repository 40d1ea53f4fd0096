import { keyOf, randomStream } from '../../signal.ts'
import { Buffers, type Size } from './engine/buffers.ts'
import type { Placed } from './engine/placed.ts'
import type { Sight } from './engine/sights.ts'
import { Stage } from './engine/stage.ts'
import type { View } from './engine/view.ts'
import { Developer } from './lens/develop.ts'
import { gainOf } from './lens/expose.ts'
import { makeLens } from './lens/lens.ts'
import type { Actor } from './lives/actor.ts'
import type { Weather } from './weather/weather.ts'
import { Palette } from './world/palette.ts'
import { buildScenery } from './world/scenery.ts'
import type { Strip } from './world/strips.ts'
import { clearedFor } from './world/viewpoint.ts'

export interface LivePicture {
  /** Red, green, blue of each pixel; the next picture overwrites it. */
  readonly rgb: Uint8ClampedArray
  /** What it shows, until the next picture is asked for. */
  truth(): readonly Sight[]
}

/** One street by one camera on one day: any moment of it can be asked for. */
export interface Live {
  pictureAt(ms: number): LivePicture
}

export interface LiveOptions {
  readonly seed: number
  readonly size: Size
  readonly strips: readonly Strip[]
  readonly view: View
  readonly weather: Weather
  /** What stands there all day. */
  readonly parked?: readonly Placed[]
  readonly actorsAt: (ms: number) => readonly Actor[]
}

export function openLive({ seed, size, strips, view, weather, parked = [], actorsAt }: LiveOptions): Live {
  const randomOf = (name: string) => randomStream(keyOf(seed, name))
  const { still, lampsAt } = buildScenery(strips, new Palette(), randomOf('scenery'), weather.lit)
  const light = weather.lightWith(lampsAt, view)
  const stage = new Stage(new Buffers(size), {
    view,
    light,
    skyAt: weather.skyAt,
    still: [...clearedFor(view, still), ...parked],
  })
  const lens = makeLens(randomOf('lens'), weather.kind === 'night')
  const empty = stage.pictureOf([])
  const developer = new Developer(size, lens, gainOf(empty.light, lens.exposure))
  const rgb = new Uint8ClampedArray(3 * size.width * size.height)
  for (let y = 0; y < size.height; y++) developer.develop(empty.light, rgb, y, 0, size.width)
  return {
    pictureAt(ms) {
      const picture = stage.pictureOf(actorsAt(ms).flatMap((actor) => actor.at(ms) ?? []))
      picture.changed.forEachRun(size, (y, left, right) =>
        developer.develop(picture.light, rgb, y, left, right),
      )
      return { rgb, truth: () => picture.sights() }
    },
  }
}
