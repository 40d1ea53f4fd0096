import { keyOf, randomStream } from '../../signal.ts'
import type { Size } from './engine/buffers.ts'
import type { View } from './engine/view.ts'
import { type Live, openLive } from './live.ts'
import { passersBy } from './lives/passers-by.ts'
import { traffic } from './lives/traffic.ts'
import type { Point } from './lives/way.ts'
import { park } from './moments/populate.ts'
import { pick } from './things/making/chance.ts'
import { makeWeather, type WeatherKind } from './weather/weather.ts'
import { type StreetKind, stripsOf } from './world/strips.ts'
import { chooseView } from './world/viewpoint.ts'

export interface StreetOptions {
  readonly seed: number
  readonly size: Size
  readonly walkers: number
  /** After which all begins again. */
  readonly loopS: number
}

const KINDS: readonly [StreetKind, ...StreetKind[]] = ['street', 'wide street', 'square', 'lane']
const WEATHERS: readonly [WeatherKind, ...WeatherKind[]] = ['sunny', 'overcast', 'overcast', 'rain', 'dusk']

/** Within a loop. */
const VEHICLES = 2

/** People walk along a street, past what is parked there. */
export function openStreet({ seed, size, walkers, loopS }: StreetOptions): Live {
  const randomOf = (name: string) => randomStream(keyOf(seed, name))
  const strips = stripsOf(pick(randomOf('kind'), KINDS), randomOf('strips'))
  const view = chooseView(strips, randomOf('view'))
  const weather = makeWeather(randomOf('weather'), pick(randomOf('weather kind'), WEATHERS))
  const parked = park({ strips, view, size, weather, random: randomOf('parked') })
  const people = passersBy({ strips, count: walkers, middle: middleOf(view), loopS, seed })
  const vehicles = walkers > 0 ? traffic({ strips, count: VEHICLES, lights: weather.lit, loopS, seed }) : []
  const actors = [...people, ...vehicles]
  return openLive({ seed, size, strips, view, weather, parked, actorsAt: () => actors })
}

/** What the camera looks at, on the ground. */
function middleOf({ eye, ahead }: View): Point {
  const far = Math.min(16, Math.max(4, eye[1] / Math.max(0.05, -ahead[1])))
  return { x: eye[0] + ahead[0] * far, z: eye[2] + ahead[2] * far }
}
