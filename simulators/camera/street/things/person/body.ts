import { bell, between, chance, type Random } from '../making/chance.ts'

export type Age = 'child' | 'adult' | 'elder'

/** Lengths in metres. Proportions after Drillis and Contini, as shares of the height. */
export interface Body {
  readonly age: Age
  readonly female: boolean
  readonly height: number
  /** 1 is slim to normal, 1.35 stout. */
  readonly girth: number
  /** From the ground to the hip joint. */
  readonly hip: number
  readonly thigh: number
  readonly shin: number
  /** From the sole to the ankle. */
  readonly ankle: number
  readonly foot: number
  /** Half the distance of the hip joints, and of the shoulder joints. */
  readonly hips: number
  readonly shoulders: number
  readonly upperArm: number
  readonly forearm: number
  readonly hand: number
  /** From the hip joints to the line of the shoulders, to the base of the neck and to the chin. */
  readonly toShoulders: number
  readonly toNeck: number
  readonly toChin: number
  /** From chin to crown. */
  readonly head: number
  /** How far an old back is bowed, in radians. */
  readonly stoop: number
}

export function bodyOf(random: Random, age: Age): Body {
  const female = chance(random, 0.5)
  const grown = female ? 1.6 + bell(random) * 0.05 : 1.71 + bell(random) * 0.06
  const height =
    age === 'child'
      ? between(random, 0.98, 1.45)
      : age === 'elder'
        ? grown - between(random, 0.02, 0.08)
        : grown
  const girth =
    age === 'child'
      ? between(random, 1, 1.15)
      : Math.max(0.92, 1.05 + bell(random) * 0.11 + (age === 'elder' ? 0.06 : 0))
  // A child's head is already nearly as large as it will be, and the legs are short.
  const young = age === 'child' ? Math.min(1, (1.6 - height) / 0.6) : 0
  const head = age === 'child' ? 0.2 + height * 0.012 : height * between(random, 0.131, 0.139)
  const toChin = height * (0.47 - young * -0.02) - head
  const hip = height * (0.53 - young * 0.02)
  const bone = hip - height * 0.04
  return {
    age,
    female,
    height,
    girth,
    hip,
    thigh: bone * 0.5,
    shin: bone * 0.5,
    ankle: height * 0.04,
    foot: height * (female ? 0.145 : 0.152),
    hips: height * 0.05,
    shoulders: height * (female ? 0.098 : 0.109) * (age === 'child' ? 0.97 : 1),
    upperArm: height * 0.172,
    forearm: height * 0.148,
    hand: height * 0.1,
    toShoulders: toChin - height * 0.052,
    toNeck: toChin - height * 0.022,
    toChin,
    head,
    stoop: age === 'elder' ? between(random, 0, 0.5) * between(random, 0.3, 1) : between(random, -0.02, 0.08),
  }
}
