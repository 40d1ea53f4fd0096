import type { Lamp, Light } from '../engine/light.ts'
import type { Colour } from '../engine/mesh.ts'
import type { Place } from '../engine/placed.ts'
import { unit, type Vector } from '../engine/vector.ts'
import type { View } from '../engine/view.ts'
import { between, chance, type Random, weighted } from '../things/making/chance.ts'

export type WeatherKind = 'sunny' | 'overcast' | 'dusk' | 'night' | 'rain' | 'fog'

export interface Weather {
  readonly kind: WeatherKind
  /** Lamps and windows shine. */
  readonly lit: boolean
  readonly light: Light
  /** The lamps shine that the camera may see the light of. */
  lightWith(lampsAt: readonly Place[], view: View): Light
  readonly skyAt: (direction: Vector) => Colour
}

const OFTEN: Readonly<Record<WeatherKind, number>> = {
  sunny: 0.36,
  overcast: 0.28,
  dusk: 0.1,
  night: 0.13,
  rain: 0.08,
  fog: 0.03,
}

/** Farther ones add next to nothing. */
const LAMPS_M = 45

export function makeWeather(random: Random, kind: WeatherKind = weighted(random, OFTEN)): Weather {
  const lit = kind === 'night' || kind === 'dusk'
  const light = lightOf(kind, random)
  const cloud = between(random, 0, kind === 'sunny' ? 0.4 : 0.15)
  const phase = random() * 10
  return {
    kind,
    lit,
    light,
    lightWith: (lampsAt, { eye }) => ({ ...light, lamps: lit ? lampsNear(lampsAt, eye) : [] }),
    skyAt: (direction) => skyOf(light, direction, cloud, phase),
  }
}

function lampsNear(lampsAt: readonly Place[], eye: Vector): Lamp[] {
  return lampsAt
    .filter(({ x, z }) => Math.hypot(x - eye[0], z - eye[2]) < LAMPS_M)
    .map(({ x, y = 0, z }) => ({ at: [x, y, z], colour: [9, 7.2, 4.6], down: true }))
}

function lightOf(kind: WeatherKind, random: Random): Light {
  const high = { sunny: between(random, 0.45, 1.25), dusk: between(random, 0.08, 0.3) }
  const round = random() * 2 * Math.PI
  const lift = kind === 'dusk' ? high.dusk : high.sunny
  const sun = unit([Math.cos(round) * Math.cos(lift), Math.sin(lift), Math.sin(round) * Math.cos(lift)])
  const none: Colour = [0, 0, 0]
  const common = { sun, sunColour: none, lamps: [], haze: 0.0015, wetness: 0 }
  switch (kind) {
    case 'sunny': {
      // A low sun is warm, and weaker.
      const warm = Math.max(0, 0.9 - lift)
      const strength = between(random, 1.6, 2.6)
      return {
        ...common,
        sunColour: [strength, strength * (0.95 - 0.25 * warm), strength * (0.86 - 0.5 * warm)],
        sky: [0.42, 0.52, 0.68],
        horizon: [0.75, 0.82, 0.9],
        ground: [0.26, 0.24, 0.21],
        haze: between(random, 0.0005, 0.004),
      }
    }
    case 'overcast': {
      const strength = between(random, 0.7, 1.1)
      return { ...common, ...grey(strength, random), haze: between(random, 0.001, 0.006) }
    }
    case 'rain':
      return {
        ...common,
        ...grey(0.65, random),
        haze: between(random, 0.006, 0.015),
        wetness: between(random, 0.5, 1),
      }
    case 'fog':
      return { ...common, ...grey(0.8, random), haze: between(random, 0.015, 0.045) }
    case 'dusk': {
      const strength = between(random, 0.1, 0.5)
      return {
        ...common,
        sunColour: [strength, strength * 0.5, strength * 0.25],
        sky: [0.16, 0.2, 0.33],
        horizon: [0.42, 0.34, 0.34],
        ground: [0.09, 0.08, 0.08],
      }
    }
    case 'night':
      return {
        ...common,
        sky: [0.012, 0.014, 0.022],
        horizon: [0.03, 0.028, 0.03],
        wetness: chance(random, 0.25) ? between(random, 0.4, 0.9) : 0,
        ground: [0.012, 0.011, 0.01],
      }
  }
}

function grey(strength: number, random: Random): Pick<Light, 'sky' | 'horizon' | 'ground'> {
  const cold = between(random, -0.04, 0.06)
  const of = (value: number): Colour => [value * (1 - cold), value, value * (1 + cold)]
  return { sky: of(strength), horizon: of(strength * 0.95), ground: of(strength * 0.28) }
}

function skyOf({ sky, horizon }: Light, [x, y, z]: Vector, cloud: number, phase: number): Colour {
  const length = Math.hypot(x, y, z)
  const lift = Math.min(1, Math.max(0, (y / length) * 2.2))
  const wave =
    Math.sin((x / (y + 2)) * 5 + phase) * Math.sin((z / (y + 2)) * 7 + phase * 2) +
    Math.sin(((x + z) / (y + 2)) * 11 + phase)
  const white = cloud * Math.max(0, wave) * lift
  const mix = (k: 0 | 1 | 2) => horizon[k] + (sky[k] - horizon[k]) * lift + white * horizon[k]
  return [mix(0), mix(1), mix(2)]
}
