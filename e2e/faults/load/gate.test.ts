import { expect, test } from 'vitest'

import { openGate } from './gate.ts'

test('closing waits for those inside, and lets nobody in until it is opened', async () => {
  const gate = openGate()
  const steps: string[] = []
  const leave = await gate.enter()
  const closed = gate.close().then(() => steps.push('closed'))
  const second = gate.enter().then(() => steps.push('entered'))
  leave()
  await closed
  expect(steps).toEqual(['closed'])
  gate.open()
  await second
  expect(steps).toEqual(['closed', 'entered'])
})

test('closing an empty gate does not wait', async () => {
  await expect(openGate().close()).resolves.toBeUndefined()
})
