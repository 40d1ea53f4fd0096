import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvOf, weather } from '../anomaly/day-and-night.ts'
import { runInFolder } from './run-in-folder.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'anomaly-cli-'))
  const readings = weather(14)
  await writeFile(join(dir, 'series.csv'), csvOf(readings))
  await writeFile(join(dir, 'short.csv'), csvOf(readings.slice(0, 1_000)))
  await run('keygen', '--out', '@city')
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const run = (...args: string[]) => runInFolder(dir, args)

const number = expect.any(Number) as number
const string = expect.any(String) as string
const quick = ['--csv', '@series.csv', '--window', '8', '--step', '1800', '--epochs', '3']

/** Scripts read these: a field may be added, none renamed. */
describe('documents', () => {
  test('train-anomaly tells its plan first, then how it goes, and leaves a package that is signed and scored', async () => {
    const { code, out, err } = await run('train-anomaly', ...quick, '--out', '@pack', '--json')
    expect(code).toBe(0)
    const document: unknown = JSON.parse(out)
    expect(document).toEqual({
      id: 'my-city/meter-1',
      version: 1,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      falseAlarmsPerDay: number,
      precision: number,
      recall: number,
      planted: ['stuck', 'spike', 'drift', 'swapped', 'late'].map((kind) => ({
        kind,
        what: string,
        planted: 24,
        found: number,
        recall: number,
        medianDelaySeconds: expect.toSatisfy(
          (seconds) => seconds === null || Number.isInteger(seconds),
        ) as number,
      })),
    })
    expect(err.indexOf('meter-1: hum, temp')).toBeLessThan(err.indexOf('3/3'))
    expect(err).toMatch(/train: 2026-06-01.*windows/)
    expect((await run('sign', '@pack', '--key', '@city.key')).code).toBe(0)
    const verified = await run('verify', '@pack', '--trust', '@city.pub', '--json')
    expect(JSON.parse(verified.out)).toMatchObject({
      id: 'my-city/meter-1',
      recall: number,
      falseAlarmsPerDay: number,
    })
  })

  test('score', async () => {
    await trained('@scored')
    const { code, out } = await run('score', '@scored', '--csv', '@series.csv', '--json')
    expect(code).toBe(0)
    const { scores, ...rest } = JSON.parse(out) as { scores: unknown[] }
    expect(rest).toEqual({ device: 'meter-1', alarm: 0.66 })
    expect(scores[0]).toEqual({ at: '2026-06-01T00:30:00.000Z', score: null, quality: 'uncertain' })
    expect(scores.at(-1)).toEqual({
      at: string,
      score: number,
      quality: 'good',
      property: expect.stringMatching(/^(hum|temp)$/) as string,
      sign: expect.stringMatching(/^(jump|now|lately|still)$/) as string,
    })
  })
})

async function trained(out: string): Promise<void> {
  expect((await run('train-anomaly', ...quick, '--out', out)).code).toBe(0)
}

test('a folder in which something is stays as it is', async () => {
  await mkdir(join(dir, 'used'))
  await writeFile(join(dir, 'used', 'mine.txt'), 'mine')
  const { code, err } = await run('train-anomaly', ...quick, '--out', '@used')
  expect(code).toBe(2)
  expect(err).toContain('is no empty folder')
  expect(await readdir(join(dir, 'used'))).toEqual(['mine.txt'])
})

test.each([
  [['train-anomaly', '--out', '@x'], '--csv is missing'],
  [['train-anomaly', '--csv', '@series.csv'], '--out is missing'],
  [['train-anomaly', '--csv', '@none.csv', '--out', '@x'], 'can not be read'],
  [['train-anomaly', '--csv', '@short.csv', '--out', '@x'], 'more days'],
  [['train-anomaly', '--csv', '@series.csv', '--out', '@x', '--properties', 'flow'], 'has no flow'],
  [['train-anomaly', '--csv', '@series.csv', '--out', '@x', '--window', '1.5'], '--window'],
  [['score', '@pack'], '--csv is missing'],
  [['score', '--csv', '@series.csv'], '<package>'],
  [['detect', '@pack', '@a.png'], 'an anomaly model'],
])('bad use %j says why', async (args, why) => {
  const { code, out, err } = await run(...args)
  expect(code).toBeGreaterThan(0)
  expect(out + err).toContain(why)
})
