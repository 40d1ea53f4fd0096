import { createCanvas } from '@napi-rs/canvas'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseCard } from '../package/card-file.ts'
import { tinyOnnx } from '../tiny-onnx.ts'
import { MODEL_COMMANDS } from './commands.ts'
import { runInFolder } from './run-in-folder.ts'

const COLUMNS = 84
const inputs = [{ name: 'images', type: 'float32', dims: [1, 3, 64, 64] }] as const
/** A model of 64 × 64 that sees garbage at 4, 8 to 20, 24 wherever it looks. */
const seesGarbage = tinyOnnx({
  inputs,
  outputs: [{ name: 'output0', dims: [1, 5, COLUMNS], data: yolov8([12, 16, 16, 16, 0.9]) }],
  metadata: { names: "{0: 'garbage'}", task: 'detect' },
})

function yolov8(row: readonly number[]): number[] {
  return row.flatMap((value) => [value, ...Array.from({ length: COLUMNS - 1 }, () => 0)])
}

const CARD = `
id: my-city/garbage
version: 1
names: { zh: 暴露垃圾, en: exposed garbage }
weights: best.onnx
head: yolov8
input: { size: [64, 64], color: rgb, scale: 0.00392156862745098, fit: pad-centre, pad: 114 }
labels: [garbage]
licence: Apache-2.0
`
const GARBAGE = { label: 'garbage', score: 0.9, box: [4, 8, 20, 24] }

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'model-cli-'))
  await put('garbage/card.yaml', CARD)
  await put('garbage/best.onnx', seesGarbage)
  await put('a.png', createCanvas(64, 64).toBuffer('image/png'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(dir, name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
  return file
}

const run = (...args: string[]) => runInFolder(dir, args)

/** The one document that `args` leave on stdout. */
async function json(...args: string[]): Promise<{ code: number; document: unknown }> {
  const { code, out } = await run(...args, '--json')
  expect(out.trimEnd().split('\n')).toHaveLength(1)
  return { code, document: JSON.parse(out) }
}

const string = expect.any(String) as string
const DIGEST = expect.stringMatching(/^[0-9a-f]{64}$/) as string
const KEY = expect.stringMatching(/^[0-9a-f]{32}$/) as string

/** Scripts read these: a field may be added, none renamed. */
describe('documents', () => {
  test('inspect', async () => {
    expect(await json('inspect', '@garbage/best.onnx')).toEqual({
      code: 0,
      document: {
        head: 'yolov8',
        input: { size: [64, 64], color: 'rgb', scale: 1 / 255, fit: 'pad-centre', pad: 114 },
        classes: 1,
        needs: [],
        labels: ['garbage'],
        precision: 'fp32',
        notes: [string, string],
      },
    })
  })

  test('detect', async () => {
    const bad = await put('bad.png', 'no picture')
    expect(await json('detect', '@garbage', '@a.png')).toEqual({
      code: 0,
      document: { images: [{ file: join(dir, 'a.png'), detections: [GARBAGE] }] },
    })
    expect(await json('detect', '@garbage', '@bad.png', '@a.png')).toEqual({
      code: 1,
      document: {
        images: [
          {
            file: bad,
            detections: [],
            error: { code: 'not-an-image', message: string, field: bad, remedy: string },
          },
          { file: join(dir, 'a.png'), detections: [GARBAGE] },
        ],
      },
    })
  })

  test('evaluate', async () => {
    await dataset()
    expect(await json('evaluate', '@garbage', '@marked')).toEqual({
      code: 0,
      document: {
        map50: 1,
        map: 1,
        perClass: [{ label: 'garbage', ap50: 1, ap: 1, precision: 0.5, recall: 1, truths: 1 }],
        score: 0.25,
        images: 2,
        notInModel: ['bottle'],
        notInDataset: [],
      },
    })
  })

  test('keygen, pack, sign, verify', async () => {
    const key = await json('keygen', '--out', '@city')
    expect(key).toEqual({
      code: 0,
      document: { key: KEY, privateKey: join(dir, 'city.key'), publicKey: join(dir, 'city.pub') },
    })
    const packed = { id: 'my-city/garbage', version: 1, digest: DIGEST }
    expect(await json('pack', '@garbage')).toEqual({ code: 0, document: packed })
    const signed = { code: 0, document: { ...packed, signedBy: KEY } }
    expect(await json('sign', '@garbage', '--key', '@city.key')).toEqual(signed)
    expect(await json('verify', '@garbage', '--trust', '@city.pub')).toEqual(signed)
    await json('keygen', '--out', '@other')
    expect(await json('verify', '@garbage', '--trust', '@other.pub')).toEqual({
      code: 1,
      document: {
        error: { code: 'package-unknown-key', message: string, field: 'signature.json', remedy: string },
      },
    })
  })

  test('bad use', async () => {
    expect(await json('inspect')).toEqual({
      code: 2,
      document: { error: { code: 'bad-use', message: string, remedy: string } },
    })
  })
})

async function dataset(): Promise<void> {
  const picture = createCanvas(64, 64).toBuffer('image/png')
  await put('marked/data.yaml', 'val: images\nnames: [garbage, bottle]\n')
  await put('marked/images/a.png', picture)
  await put('marked/images/b.png', picture)
  await put('marked/labels/a.txt', '0 0.1875 0.25 0.25 0.25\n')
}

test('the score of the card is the least that is told; --score goes before it', async () => {
  await put('garbage/card.yaml', `${CARD}thresholds: { score: 0.95 }\n`)
  expect((await json('detect', '@garbage', '@a.png')).document).toMatchObject({
    images: [{ detections: [] }],
  })
  const told = await json('detect', '@garbage', '@a.png', '--score', '0.5')
  expect(told.document).toMatchObject({ images: [{ detections: [GARBAGE] }] })
})

test('a file without a card is used by what it tells; part of a card tells the rest', async () => {
  await put('card.yaml', 'labels: [暴露垃圾]\nthresholds: { score: 0.5 }\n')
  const plain = await json('detect', '@garbage/best.onnx', '@a.png')
  expect(plain.document).toMatchObject({ images: [{ detections: [GARBAGE] }] })
  const told = await json('detect', '@garbage/best.onnx', '@a.png', '--card', '@card.yaml')
  expect(told.document).toMatchObject({ images: [{ detections: [{ ...GARBAGE, label: '暴露垃圾' }] }] })
  await put('card.yaml', 'lables: [a]\n')
  expect((await run('detect', '@garbage/best.onnx', '@a.png', '--card', '@card.yaml')).err).toContain(
    'lables',
  )
})

test('tiles see what the whole sees, and more', async () => {
  const { document } = await json('detect', '@garbage', '@a.png', '--tiles', '2x2')
  const [image] = (document as { images: { detections: unknown[] }[] }).images
  expect(image?.detections).toContainEqual(GARBAGE)
  expect(image?.detections.length).toBeGreaterThan(1)
})

test('the card that inspect writes makes a package', async () => {
  const { out } = await run('inspect', '@garbage/best.onnx', '--yaml')
  expect(parseCard(out)).toMatchObject({ id: 'my-city/best', weights: 'best.onnx', labels: ['garbage'] })
  expect(out).toMatch(/licence: \S+ # SPDX/)
  await put('garbage/card.yaml', out)
  expect((await run('pack', '@garbage')).code).toBe(0)
})

test('the card that inspect writes marks what only a person knows', async () => {
  const nameless = tinyOnnx({
    inputs,
    outputs: [{ name: 'output0', dims: [1, 6, COLUMNS], data: yolov8([0, 0, 9, 9, 0, 0]) }],
  })
  await put('nameless.onnx', nameless)
  const { out } = await run('inspect', '@nameless.onnx', '--yaml')
  expect(out).toMatch(/labels: \[class-0, class-1\] # 请填写 fill in: labels/)
})

test('an evaluation that is saved goes along, until the weights change', async () => {
  await dataset()
  expect((await run('evaluate', '@garbage/best.onnx', '@marked', '--save')).err).toContain('is for a package')
  expect((await run('evaluate', '@garbage', '@marked', '--save')).code).toBe(0)
  expect((await json('pack', '@garbage')).document).toMatchObject({ map50: 1, map: 1 })
  expect(await readdir(join(dir, 'garbage'))).toContain('evaluation.json')
  const other = tinyOnnx({
    inputs,
    outputs: [{ name: 'output0', dims: [1, 5, COLUMNS], data: yolov8([16, 16, 8, 8, 0.9]) }],
  })
  await put('garbage/best.onnx', other)
  expect((await run('pack', '@garbage')).err).toContain('evaluation.json')
})

test('progress goes to stderr, tables to stdout', async () => {
  await dataset()
  const { out, err } = await run('evaluate', '@garbage', '@marked')
  expect(err).toContain('2/2')
  expect(out).toMatch(/garbage\s+1\s+1\.000\s+1\.000\s+0\.500\s+1\.000/)
  expect(out).toContain('bottle')
  expect((await run('detect', '@garbage', '@a.png')).out).toMatch(/1 garbage[^]*0\.900\s+4\s+8\s+20\s+24/)
})

test('a private key is for its owner alone, and never written over', async () => {
  await run('keygen', '--out', '@city')
  const key = await readFile(join(dir, 'city.key'), 'utf8')
  expect((await stat(join(dir, 'city.key'))).mode & 0o777).toBe(0o600)
  expect((await run('keygen', '--out', '@city')).code).toBe(2)
  expect(await readFile(join(dir, 'city.key'), 'utf8')).toBe(key)
})

test('what does not run as its card says is not packed', async () => {
  await put('garbage/card.yaml', CARD.replace('[garbage]', '[garbage, bottle]'))
  const { code, err } = await run('pack', '@garbage')
  expect(code).toBe(1)
  expect(err).toContain('card.yaml')
  expect(await readdir(join(dir, 'garbage'))).not.toContain('manifest.json')
})

test('what gives no numbers is not packed', async () => {
  const data = yolov8([NaN, 16, 16, 16, 0.9])
  await put(
    'garbage/best.onnx',
    tinyOnnx({ inputs, outputs: [{ name: 'output0', dims: [1, 5, COLUMNS], data }] }),
  )
  expect(await json('pack', '@garbage')).toMatchObject({
    code: 1,
    document: { error: { code: 'package-unloadable', field: 'best.onnx' } },
  })
})

test.each(Object.keys(MODEL_COMMANDS))('%s --help shows how it is used, in two languages', async (name) => {
  const { code, out } = await run(name, '--help')
  expect(code).toBe(0)
  expect(out).toMatch(new RegExp(`^ganzhi model ${name} `))
  expect(out).toMatch(/[\u4e00-\u9fff]/)
})

test.each([
  [[], 'no command given'],
  [['fly'], 'there is no command fly'],
  [['detect', '@garbage'], '<image…>'],
  [['detect', '@none', '@a.png'], 'no such file'],
  [['detect', '@garbage', '@a.png', '--score', '2'], 'from 0 to 1'],
  [['detect', '@garbage', '@a.png', '--tiles', '9'], '2x2'],
  [['detect', '@garbage', '@a.png', '--card', '@garbage/card.yaml'], 'a package has its own'],
  [['evaluate', '@garbage', '@a.png'], 'is no dataset'],
  [['sign', '@garbage'], '--key is missing'],
  [['sign', '@garbage', '--key', '@garbage/card.yaml'], 'is no ed25519'],
  [['verify', '@garbage'], '--trust is missing'],
  [['verify', '@garbage', '--trust', '@none.pub'], 'can not be read'],
  [['inspect', '@a', '--yaml', '--json'], '二选一'],
  [['pack', '@garbage', '--fast'], '--fast'],
])('bad use %j ends with 2 and says why', async (args, why) => {
  const { code, out, err } = await run(...args)
  expect(code).toBe(2)
  expect(out + err).toContain(why)
})

test('what one model sees, as COCO marks, tells how much of it another finds', async () => {
  expect((await run('detect', '@garbage', '@a.png', '@bad.png', '--coco', '@marks.json')).code).toBe(1)
  const { document } = await json('evaluate', '@garbage', '@marks.json')
  expect(document).toMatchObject({ images: 1, perClass: [{ label: 'garbage', truths: 1, recall: 1 }] })
})
