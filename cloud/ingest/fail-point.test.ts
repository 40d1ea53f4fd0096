import { expect, it } from 'vitest'
import { type Step, openFaultLab } from './fail-point.ts'

const failures = (env: Record<string, string>, steps: readonly Step[]): string[] => {
  const failed: string[] = []
  const lab = openFaultLab(env, (step, signal) => failed.push(`${step} ${signal}`))
  for (const step of steps) lab.failPoint(step)
  return failed
}

it('is inert outside of the fault lab', () => {
  const env = { GANZHI_FAILPOINT: 'committed:kill', GANZHI_DEFECT: 'no-ledger' }
  expect(failures(env, ['committed'])).toEqual([])
  expect(openFaultLab(env, () => {}).defect).toBeUndefined()
})

it('fails once, at the nth pass of its step', () => {
  const env = { GANZHI_FAULT_LAB: '1', GANZHI_FAILPOINT: 'committed:freeze:2' }
  expect(failures(env, ['committed', 'acked', 'committed', 'committed'])).toEqual(['committed SIGSTOP'])
})

it('refuses a step or defect that there is not', () => {
  for (const name of ['GANZHI_FAILPOINT', 'GANZHI_DEFECT']) {
    expect(() => openFaultLab({ GANZHI_FAULT_LAB: '1', [name]: 'lunch' }, () => {})).toThrow(name)
  }
})
