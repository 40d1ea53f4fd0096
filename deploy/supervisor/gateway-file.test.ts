import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'

import { GATEWAYS, writeGatewayFile } from './gateway-file.ts'

interface Watched {
  readonly scenes: readonly {
    readonly zones: readonly { readonly id: string; readonly polygon: unknown }[]
  }[]
}

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganzhi-gateway-'))
  file = join(folder, 'gateway.yaml')
})
afterEach(() => rm(folder, { recursive: true }))

const PLOT = {
  number: 4,
  allowed: false,
  polygon: [
    [0.1, 0.5],
    [0.3, 0.5],
    [0.2, 0.75],
  ],
} as const
const simulated = (modbusPort: number, camerasPort: number) => ({
  gateway: GATEWAYS[0],
  modbusPort,
  camerasPort,
  cameras: [1, 2, 3].map((camera) => ({
    camera,
    mjpeg: `http://127.0.0.1:${camerasPort}/cam${camera}/mjpeg`,
    programme: { plots: [PLOT, { ...PLOT, number: 5, allowed: true }] },
  })),
})

test('the file keeps what its owner wrote, and gets only the ports of what is simulated', async () => {
  await writeGatewayFile(file, simulated(20_001, 30_001))
  const first = await readFile(file, 'utf8')
  expect(first).toContain('connection: { host: 127.0.0.1, port: 20001 } # ')
  expect(first).toContain(`url: 'http://127.0.0.1:30001/cam3/mjpeg' } # `)
  await writeFile(file, first.replace('gateway-1', 'pump-house'))

  await writeGatewayFile(file, simulated(20_002, 30_002))
  expect(await readFile(file, 'utf8')).toBe(
    first.replace('gateway-1', 'pump-house').replace('20001', '20002').replaceAll('30001', '30002'),
  )
})

test('each camera watches its scene where that can happen', async () => {
  await writeGatewayFile(file, simulated(20_001, 30_001))
  const { vision } = parse(await readFile(file, 'utf8')) as { vision: { cameras: Record<string, Watched> } }
  const zonesOf = (camera: string) => vision.cameras[camera]?.scenes[0]?.zones.map(({ id }) => id)
  expect(zonesOf('crowd-gathering')).toEqual(['plot-4', 'plot-5'])
  expect(zonesOf('street-vending')).toEqual(['plot-4'])
  expect(vision.cameras['exposed-garbage']?.scenes[0]?.zones[0]?.polygon).toEqual(PLOT.polygon)
})

test('where nothing decodes pictures there are no cameras in it', async () => {
  await writeGatewayFile(file, { ...simulated(20_001, 30_001), cameras: [] })
  expect(parse(await readFile(file, 'utf8'))).not.toHaveProperty('vision')
})

test('a file without anything simulated is left alone', async () => {
  const own = 'gateway: mine\nlinks:\n  - connection: { host: 10.0.0.7, port: 502 }\n'
  await writeFile(file, own)
  await writeGatewayFile(file, simulated(20_001, 30_001))
  expect(await readFile(file, 'utf8')).toBe(own)
})
