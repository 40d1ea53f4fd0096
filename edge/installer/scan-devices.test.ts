import { GanzhiError } from '@ganzhi/contracts/error'
import type { Driver, ScanStep } from '@ganzhi/device-drivers/driver'
import { manualClock } from '@ganzhi/device-drivers/manual-clock'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { prepareScan } from './scan-devices.ts'

const found = (unit: number) => ({ connection: { path: '/dev/x' }, device: { unit }, note: 'answers' })
const STEPS: ScanStep[] = [
  { tried: 1, trying: 'unit 1', found: found(1) },
  { tried: 2, trying: 'unit 2', error: new GanzhiError('gone', { code: 'link-down', blame: 'outside' }) },
  { tried: 3, trying: 'unit 3', found: found(3) },
]

/** A driver that only scans, by script. */
function scanning(steps: readonly ScanStep[]): Driver & { readonly sent: number[] } {
  const nothing = Type.Object({})
  const sent: number[] = []
  return {
    id: 'scripted',
    sent,
    configSchema: nothing,
    deviceSchema: nothing,
    pointSchema: nothing,
    open: () => Promise.reject(new Error('not here')),
    scans: {
      requestSchema: Type.Object({ serial: Type.Array(Type.String()) }, { additionalProperties: false }),
      estimate: () => ({ tries: steps.length, predictedMs: 300 }),
      async *scan(_request, { signal }) {
        for (const step of steps) {
          if (signal.aborted) return
          sent.push(step.tried)
          yield await Promise.resolve(step)
        }
      },
    },
  }
}

test('what it takes is known before anything is sent', () => {
  const driver = scanning(STEPS)
  expect(prepareScan(driver, { serial: ['/dev/x'] })).toMatchObject({ tries: 3, predictedMs: 300 })
  expect(driver.sent).toEqual([])
})

test('everything found and everything that went wrong', async () => {
  const scan = prepareScan(scanning(STEPS), { serial: ['/dev/x'] })
  const { signal } = new AbortController()
  expect(await scan.run({ clock: manualClock(0), signal, onStep: () => {} })).toEqual({
    tries: 3,
    predictedMs: 300,
    tried: 3,
    interrupted: false,
    found: [found(1), found(3)],
    errors: [{ trying: 'unit 2', code: 'link-down', message: 'gone' }],
  })
})

test('what was found until it was stopped is kept', async () => {
  const stop = new AbortController()
  const scan = prepareScan(scanning(STEPS), { serial: ['/dev/x'] })
  const document = await scan.run({ clock: manualClock(0), signal: stop.signal, onStep: () => stop.abort() })
  expect(document).toMatchObject({ tried: 1, interrupted: true, found: [found(1)] })
})

test('a request that the driver does not take is refused by its field', () => {
  expect(() => prepareScan(scanning(STEPS), { serial: ['/dev/x'], port: 502 })).toThrow(/port/)
})

test('a driver that can not look for devices says so', () => {
  const { scans: _, ...driver } = scanning(STEPS)
  expect(() => prepareScan(driver, {})).toThrow(/no way to look/)
})
