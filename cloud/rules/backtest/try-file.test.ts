import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rule } from '@ganzhi/contracts/rule'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { readFileHistory } from './file-history.ts'
import { tryFile } from './try-file.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganzhi-try-file-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const signal = AbortSignal.timeout(60_000)
const rule = {
  id: 'loud',
  version: 1,
  for: {},
  each: 'street',
  when: { devices: { atLeast: 2, when: { above: 70, property: 'noise' } }, for: 'PT1M' },
  severity: 'minor',
} as Rule

it('a CSV that says where devices stand is tried by rules over areas', async () => {
  const csv = join(dir, 'noise.csv')
  await writeFile(
    csv,
    `time,device,property,value,area
2026-11-21T08:00:00+08:00,a,noise,71,east
2026-11-21T08:00:00+08:00,b,noise,60,east
2026-11-21T08:00:00+08:00,c,noise,90,west
2026-11-21T08:00:00+08:00,d,noise,90,
2026-11-21T08:01:00+08:00,b,noise,72,east
2026-11-21T08:03:00+08:00,a,noise,50,
2026-11-21T08:05:00+08:00,d,noise,90,west
2026-11-21T08:08:00+08:00,d,noise,91,west
`,
  )
  const source = { csv, events: [], attributes: new Map(), properties: ['noise'] }
  const history = await readFileHistory(source, { signal })
  const { transitions, inputs } = await tryFile(rule, history, await chinaSurroundings(), { signal })
  expect(inputs).toBe(8)
  expect(transitions).toMatchObject([
    { target: 'area:west', at: '2026-11-21T00:01:00.000Z', why: { counted: 2, who: ['c', 'd'] } },
    { target: 'area:east', at: '2026-11-21T00:02:00.000Z', why: { counted: 2, who: ['a', 'b'] } },
    { target: 'area:east', at: '2026-11-21T00:03:00.000Z', to: 'clear', value: 1 },
  ])
})
