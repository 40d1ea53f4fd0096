import { configText, type ConfigFault } from '@ganzhi/firmware-config/config-text'
import { loadScenes } from '@ganzhi/firmware-config/scenes/scene-folder'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { planVision, type VisionPlan } from './plan.ts'

const scenes = await loadScenes()

function planned(text: string): { plan: VisionPlan; faults: string[] } {
  const yaml = configText(text)
  const faults: ConfigFault[] = []
  const plan = planVision(yaml.value, { base: '/etc/ganzhi', scenes }, (path, ...said) =>
    faults.push(yaml.fault(path, ...said)),
  )
  return {
    plan,
    faults: faults.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`),
  }
}

const camera = (id: string, more = '') =>
  `${id}: { source: { kind: rtsp, url: "rtsp://10.0.0.9/1" }, models: [people]${more} }`

test('paths begin where the configuration lies, and what is not said is as most cameras want it', () => {
  const { plan, faults } = planned(`
trustedKeys: [keys/city.pub]
models:
  people: { package: models/people-3, shadow: { weights: new.onnx, card: new.yaml, share: 0.2 } }
cameras:
  ${camera('gate')}
  roof: { source: { kind: http, url: "http://10.0.0.8/", login: { file: roof.login } }, fps: 2, gate: false }
`)
  expect(faults).toEqual([])
  expect(plan.models.get('people')).toEqual({
    model: {
      kind: 'package',
      dir: '/etc/ganzhi/models/people-3',
      trustedKeys: ['/etc/ganzhi/keys/city.pub'],
    },
    shadow: {
      model: { kind: 'weights', path: '/etc/ganzhi/new.onnx', card: '/etc/ganzhi/new.yaml' },
      share: 0.2,
    },
  })
  expect(plan.cameras.get('gate')).toMatchObject({
    fps: 5,
    size: { width: 640, height: 640 },
    gate: true,
    looks: [{ model: 'people' }],
  })
  expect(plan.cameras.get('roof')).toMatchObject({
    source: { login: { file: '/etc/ganzhi/roof.login' } },
    fps: 2,
    gate: false,
    looks: [],
  })
})

test('everything that is wrong is told at once, by its place', () => {
  const { faults } = planned(`trustedKeys: [city.pub]
models:
  People: { weights: a.onnx, card: a.yaml }
  b: { weights: b.onnx }
  c: { package: c, shadow: { package: d, share: 2 } }
cameras:
  a b: { source: { kind: file, path: x } }
  c: { source: { kind: rtsp, url: "rtsp://admin:secret@10.0.0.9/1" }, fps: 0 }
  d: { source: { kind: htp } }
  e: { source: { kind: file, path: x }, fps: 2, leastFps: 3, models: [nobody] }
  f: { source: { kind: http, url: "http://x/", login: admin } }
  g: { source: { kind: file, path: x }, privacy: { masks: [[[0, 0], [1, 1], [1, 0], [0, 1]]] } }
`)
  expect(faults).toEqual([
    expect.stringMatching(/^3:3 models.People is no name/),
    expect.stringMatching(/^7:3 cameras.a b is no name/),
    '4:3 models.b must have required properties card',
    '5:42 models.c.shadow.share must be <= 1, not 2',
    expect.stringMatching(/^8:30 cameras.c.source.url must match/),
    '8:71 cameras.c.fps must be > 0, not 0',
    '9:18 cameras.d.source.kind must be one of rtsp http v4l2 file, not "htp"',
    '10:71 cameras.e.models[0] nobody is not known',
    '10:49 cameras.e.leastFps is above fps, which is 2',
    '11:48 cameras.f.source.login must be { sealed: gz1.… } or { file: … }',
    expect.stringMatching(/^12:\d+ cameras\.g\.privacy\.masks\[0\]/),
  ])
  expect(faults.join('\\n')).not.toContain('secret')
})

test('packages are run of those alone whom somebody trusts', () => {
  const { faults } = planned('models: { people: { package: people } }')
  expect(faults).toEqual(['1:21 models.people.package is signed by nobody who is trusted'])
})

test('every frame of an unpaced file is looked at, so that it has no rate', () => {
  const file = (more: string) =>
    `cameras: { clip: { source: { kind: file, path: x, unpaced: true }${more} } }`
  expect(planned(file('')).plan.cameras.get('clip')?.fps).toBe(Infinity)
  expect(planned(file(', fps: 5')).faults).toEqual([expect.stringContaining('is not for an unpaced file')])
})

test('scenes say how a camera is looked at for them, unless the camera does', () => {
  const zones = 'zones: [{ id: z, polygon: [[0, 0], [1, 0], [1, 1]] }]'
  const of = (more: string) =>
    planned(`
models: { people: { weights: a, card: a }, bins: { weights: b, card: b } }
cameras:
  gate: { source: { kind: v4l2, device: /dev/video0 }, models: [people, bins]${more},
    scenes: [{ scene: crowd-gathering, ${zones} }, { scene: zone, model: bins, ${zones} }] }
`).plan.cameras.get('gate')
  const { tiles } = scenes.get('crowd-gathering')?.looks ?? {}
  expect(of('')?.looks).toEqual([
    {
      model: 'people',
      leastFps: scenes.get('crowd-gathering')?.looks.perSecond,
      ...(tiles ? { tiles } : {}),
    },
    { model: 'bins', leastFps: scenes.get('zone')?.looks.perSecond },
  ])
  expect(of('')?.scenes.map(({ model }) => model)).toEqual(['people', 'bins'])
  expect(of(', leastFps: 4, tiles: { columns: 3, rows: 1 }')?.looks).toEqual(
    ['people', 'bins'].map((model) => ({ model, leastFps: 4, tiles: { columns: 3, rows: 1 } })),
  )
})

test('a scene that is not known, or whose model does not look, is told by its place', () => {
  const { faults } = planned(`
models: { people: { weights: a, card: a } }
cameras:
  gate:
    source: { kind: v4l2, device: /dev/video0 }
    models: [people]
    scenes:
      - { scene: crowds, zones: [{ id: z, polygon: [[0, 0], [1, 0], [1, 1]] }] }
      - { scene: zone, model: bins, zones: [{ id: z, polygon: [[0, 0], [1, 0], [1, 1]] }] }
`)
  expect(faults).toEqual([
    '9:24 cameras.gate.scenes[1].model bins is not known',
    '8:11 cameras.gate.scenes[0].scene crowds is no scene',
  ])
})

test('the example of the manual is taken as it stands', async () => {
  const manual = await readFile(new URL('../../docs/cameras.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(manual) ?? []
  const { vision } = parse(example) as { vision: unknown }
  const { plan, faults } = planned(JSON.stringify(vision))
  expect(faults).toEqual([])
  expect([...plan.cameras.keys()]).toEqual(['gate', 'market'])
})
