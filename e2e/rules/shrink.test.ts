import { expect, test } from 'vitest'

import { randomCase } from './cases/random-case.ts'
import { differences } from './compare.ts'
import { expectedTransitions } from './reference/expected.ts'
import { shrink } from './shrink.ts'

test('a case that differs is shrunk to a few lines that still do', async () => {
  const tell = (of: ReturnType<typeof randomCase>) =>
    Promise.resolve(expectedTransitions(of, 'no-hysteresis'))
  const of = await firstCaseThatDiffers(tell)
  const [first] = differences(expectedTransitions(of), await tell(of))
  const least = await shrink(of, first?.target ?? '', tell)
  expect(least.lines.length).toBeLessThan(8)
  expect(differences(expectedTransitions(least), await tell(least))).toHaveLength(1)
})

async function firstCaseThatDiffers(
  tell: (of: ReturnType<typeof randomCase>) => Promise<ReturnType<typeof expectedTransitions>>,
) {
  for (let seed = 1; seed < 50; seed++) {
    const of = randomCase(`shrink-${seed}`, 4, 30)
    if (differences(expectedTransitions(of), await tell(of)).length > 0) return of
  }
  throw new Error('no case differs')
}
