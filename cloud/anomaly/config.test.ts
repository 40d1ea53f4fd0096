import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAnomalyFile } from './config.ts'

let dir: string
beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), 'anomaly-config-'))))
afterAll(() => rm(dir, { recursive: true }))

async function read(text: string) {
  const file = join(dir, 'anomaly.yaml')
  await writeFile(file, text)
  return readAnomalyFile(file)
}

test('devices stand under their gateways, and paths begin where the file is', async () => {
  const text = `
trustedKeys: [city.pub]
gateways:
  gw-1:
    pump-1: { package: models/pump-1 }
    pump-2: { package: /srv/pump-2 }
  gw-2:
    pump-1: { package: ../pump-1 }
`
  const trustedKeys = [join(dir, 'city.pub')]
  expect(await read(text)).toEqual([
    { gateway: 'gw-1', device: 'pump-1', dir: join(dir, 'models/pump-1'), trustedKeys },
    { gateway: 'gw-1', device: 'pump-2', dir: '/srv/pump-2', trustedKeys },
    { gateway: 'gw-2', device: 'pump-1', dir: join(dir, '../pump-1'), trustedKeys },
  ])
})

test.each([
  ['gateways: {}', /anomaly\.yaml:1:1: .*trustedKeys/],
  ['trustedKeys: []\ngateways: {}', /anomaly\.yaml:1:1: trustedKeys/],
  [
    'trustedKeys: [a.pub]\ngateways:\n  gw-1:\n    pump-1: {}',
    /anomaly\.yaml:4:5: gateways\.gw-1\.pump-1 .*package/,
  ],
  ['trustedKeys: [a.pub]\ngateways: {}\ndevices: {}', /anomaly\.yaml:3:1: devices is not a known field/],
  ['trustedKeys: [a.pub]\ngateways: { gw-1: { no such id: { package: p } } }', /yaml:2:.*gw-1/],
  ['trustedKeys: [', /anomaly\.yaml:1/],
])('%j is refused with its place', async (text, message) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'bad-config',
    blame: 'caller',
    field: 'GANZHI_ANOMALY',
    message: expect.stringMatching(message) as string,
  })
})

test('a file that is not there is named', async () => {
  await expect(readAnomalyFile(join(dir, 'none.yaml'))).rejects.toMatchObject({
    code: 'bad-config',
    message: expect.stringContaining('none.yaml') as string,
  })
})
