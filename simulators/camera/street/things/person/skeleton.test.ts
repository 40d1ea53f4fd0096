import { expect, it } from 'vitest'
import { randomStream } from '../../../../signal.ts'
import { bodyOf } from './body.ts'
import { strideOf } from './gait.ts'
import { type Habit, postureOf } from './postures.ts'
import { skeletonOf } from './skeleton.ts'

it.each([0.6, 0.9, 1.1])(
  'does not slide: the standing foot stays behind as fast as one walks (vigour %s)',
  (vigour) => {
    const habit: Habit = { vigour, stance: 'hanging', leans: 1, gaze: 0, reading: false }
    for (const age of ['child', 'adult', 'elder'] as const) {
      const body = bodyOf(randomStream(age.length), age)
      const footAt = (phase: number) =>
        skeletonOf(body, postureOf(body, { doing: 'walking', phase }, habit)).legs[0].end[2]
      const stride = strideOf(body.thigh + body.shin + body.ankle, vigour)
      expect(Math.abs((footAt(0.45) - footAt(0.08)) / 0.37 / stride - 1)).toBeLessThan(0.12)
    }
  },
)
