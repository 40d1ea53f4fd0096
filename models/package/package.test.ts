import { isGanzhiError } from '@ganzhi/contracts/error'
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tinyOnnx } from '../tiny-onnx.ts'
import { keyId, makeKeyPair, publicKeysFrom } from './keys.ts'
import { loadPackage } from './load-package.ts'
import { sha256 } from './manifest.ts'
import { pack, sign } from './pack.ts'
import { prove } from './prove.ts'
import { readPackage } from './read-package.ts'
import type { Refusal } from './refusal.ts'
import { signatureText } from './signature.ts'
import { TINY_CARD, TINY_WEIGHTS } from './tiny-detector.ts'

const pair = makeKeyPair()
const privateKey = createPrivateKey(pair.privateKey)
const trustedKeys = [createPublicKey(pair.publicKey)]

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'package-'))
  await put('card.yaml', TINY_CARD)
  await put('best.onnx', TINY_WEIGHTS)
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const put = (name: string, content: string | Uint8Array) => writeFile(join(dir, name), content)
const text = (name: string) => readFile(join(dir, name), 'utf8')

async function signed(): Promise<void> {
  await pack(dir)
  await sign(dir, privateKey)
}

/** Every refusal names the file at fault and what to do. */
async function expectRefusal(asked: Promise<unknown>, code: Refusal, file: string): Promise<void> {
  const error: unknown = await asked.then(
    () => expect.fail('it was taken'),
    (refused: unknown) => refused,
  )
  if (!isGanzhiError(error)) throw error
  expect({ code: error.code, blame: error.blame }).toEqual({ code, blame: 'outside' })
  expect(error.message).toContain(file)
  expect(error.remedy).toMatch(/[\u4e00-\u9fff]/)
}
const expectLoadRefused = (code: Refusal, file: string) =>
  expectRefusal(loadPackage(dir, { trustedKeys }), code, file)

test('what somebody trusted signed is loaded, with its card and who signed', async () => {
  await put('README.md', 'how it was trained')
  await signed()
  const model = await loadPackage(dir, {
    trustedKeys: [...publicKeysFrom(makeKeyPair().publicKey, 'a'), ...trustedKeys],
  })
  expect(model).toMatchObject({
    card: { id: 'my-city/garbage', version: 3, labels: ['garbage'] },
    weights: { name: 'best.onnx' },
    digest: sha256(await text('manifest.json')),
    signedBy: pair.id,
  })
})

test('what is run is what was verified, whatever takes its place meanwhile', async () => {
  await signed()
  const model = await loadPackage(dir, { trustedKeys })
  await put('best.onnx', 'something else')
  await expect(prove(model, { threads: 1 })).resolves.toBeUndefined()
})

test('the same files give the same manifest, whatever was packed and signed before', async () => {
  const first = await pack(dir)
  await sign(dir, privateKey)
  expect((await pack(dir)).digest).toBe(first.digest)
  expect((await readPackage(dir)).digest).toBe(first.digest)
  expect(await readdir(dir)).toEqual(['best.onnx', 'card.yaml', 'manifest.json'])
})

test('who makes a model reads it unpacked', async () => {
  expect((await readPackage(dir)).card.id).toBe('my-city/garbage')
})

/** What was signed once must stay what it is: gateways hold packages of years ago. */
test('the form of manifest and signature is fixed', async () => {
  await put(
    'best.onnx',
    tinyOnnx({ outputs: [{ name: 'o', dims: [1, 5, 21], data: new Float32Array(105) }] }),
  )
  await pack(dir)
  const manifest = await text('manifest.json')
  const { files } = JSON.parse(manifest) as { files: { bytes: number; sha256: string }[] }
  expect(manifest).toBe(`{
  "format": "ganzhi-model-package/1",
  "id": "my-city/garbage",
  "version": 3,
  "files": [
    {
      "name": "best.onnx",
      "bytes": ${files[0]?.bytes},
      "sha256": "${files[0]?.sha256}"
    },
    {
      "name": "card.yaml",
      "bytes": ${TINY_CARD.length},
      "sha256": "${sha256(TINY_CARD)}"
    }
  ]
}
`)
  // RFC 8410: an ed25519 key of 32 ones.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 1)])
  const fixedKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  expect(signatureText(Buffer.from('manifest'), fixedKey)).toMatchInlineSnapshot(`
    "{
      "key": "fd110d301d2f077de1414b8f99f441b1",
      "signature": "CK2li/hFen9i34uG6lUVTDfR67cgcWq/QtuXjQXttsd3pjN0ITtOSmQ/+gVPv8JciA2m0Bi6qnt5RolZjlIzDw=="
    }
    "
  `)
})

describe('a gateway refuses', () => {
  test('what was never packed, and what was never signed', async () => {
    await expectLoadRefused('package-unsigned', 'manifest.json')
    await pack(dir)
    await expectLoadRefused('package-unsigned', 'signature.json')
  })

  test('a folder that is not there', async () => {
    await expectRefusal(loadPackage(join(dir, 'none'), { trustedKeys }), 'package-unreadable', 'none')
  })

  test('the signature of somebody else', async () => {
    await pack(dir)
    await sign(dir, createPrivateKey(makeKeyPair().privateKey))
    await expectLoadRefused('package-unknown-key', 'signature.json')
    await expectRefusal(loadPackage(dir, { trustedKeys: [] }), 'package-unknown-key', 'signature.json')
  })

  test('the signature of somebody else under the name of one who is trusted', async () => {
    await pack(dir)
    const stranger = generateKeyPairSync('ed25519').privateKey
    const signature = signBytes(null, Buffer.from(await text('manifest.json')), stranger).toString('base64')
    await put('signature.json', JSON.stringify({ key: pair.id, signature }))
    await expectLoadRefused('package-altered', 'manifest.json')
  })

  test.each(['best.onnx', 'card.yaml'])('one bit changed in %s', async (name) => {
    await signed()
    const bytes = await readFile(join(dir, name))
    bytes[bytes.length >> 1]! ^= 1
    await put(name, bytes)
    await expectLoadRefused('package-altered', name)
  })

  test('a file that was cut or grew', async () => {
    await signed()
    await put('best.onnx', TINY_WEIGHTS.subarray(0, -1))
    await expectLoadRefused('package-altered', 'best.onnx')
    await put('best.onnx', Buffer.concat([TINY_WEIGHTS, Buffer.of(0)]))
    await expectLoadRefused('package-altered', 'best.onnx')
  })

  test('a manifest that was changed to fit, be it by a space', async () => {
    await signed()
    await put('best.onnx', Buffer.concat([TINY_WEIGHTS, Buffer.of(0)]))
    const fitting = (await text('manifest.json')).replace(
      sha256(TINY_WEIGHTS),
      sha256(await readFile(join(dir, 'best.onnx'))),
    )
    await put('manifest.json', fitting)
    await expectLoadRefused('package-altered', 'manifest.json')
    await put('best.onnx', TINY_WEIGHTS)
    await signed()
    await put('manifest.json', `${await text('manifest.json')} `)
    await expectLoadRefused('package-altered', 'manifest.json')
  })

  test('another package’s signature', async () => {
    await signed()
    const other = await text('signature.json')
    await put('card.yaml', TINY_CARD.replace('version: 3', 'version: 4'))
    await pack(dir)
    await put('signature.json', other)
    await expectLoadRefused('package-altered', 'manifest.json')
  })

  test.each(['{}', 'no JSON', '{"key":"00","signature":""}', '[]'])('%j as a signature', async (nonsense) => {
    await signed()
    await put('signature.json', nonsense)
    await expectLoadRefused('package-altered', 'signature.json')
  })

  test('a file more, and a file less', async () => {
    await signed()
    await put('run.sh', 'echo')
    await expectLoadRefused('package-extra-file', 'run.sh')
    await rm(join(dir, 'run.sh'))
    await rm(join(dir, 'best.onnx'))
    await expectLoadRefused('package-missing-file', 'best.onnx')
  })

  test('links, also to the very same file, and folders', async () => {
    await signed()
    await rm(join(dir, 'best.onnx'))
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'))
    await writeFile(join(elsewhere, 'best.onnx'), TINY_WEIGHTS)
    await symlink(join(elsewhere, 'best.onnx'), join(dir, 'best.onnx'))
    await expectLoadRefused('package-link', 'best.onnx')
    await rm(join(dir, 'best.onnx'))
    await put('best.onnx', TINY_WEIGHTS)
    await mkdir(join(dir, 'more'))
    await expectLoadRefused('package-link', 'more')
    await rm(elsewhere, { recursive: true })
  })

  /** Who is trusted may still be wrong, or have lost their key. */
  async function signManifest(
    change: (manifest: { files: { name: string }[]; [field: string]: unknown }) => object,
  ) {
    await pack(dir)
    const manifest = JSON.stringify(change(JSON.parse(await text('manifest.json'))))
    await put('manifest.json', manifest)
    const signature = signBytes(null, Buffer.from(manifest), privateKey).toString('base64')
    await put('signature.json', JSON.stringify({ key: keyId(trustedKeys[0]!), signature }))
  }

  test.each(['../card.yaml', '/etc/passwd', 'a/b', '..', '.hidden', 'a\0b', 'C:\\x', ''])(
    'a signed way out of the folder: %j',
    async (name) => {
      await signManifest((manifest) => ({
        ...manifest,
        files: [...manifest.files, { ...manifest.files[0], name }],
      }))
      await expectLoadRefused('package-unsafe-path', 'manifest.json')
    },
  )

  test('a signed manifest of another form, of another model, or with a file twice', async () => {
    await signManifest((manifest) => ({ ...manifest, format: 'ganzhi-model-package/2' }))
    await expectLoadRefused('package-altered', 'manifest.json')
    await signManifest((manifest) => ({ ...manifest, id: 'my-city/vendors' }))
    await expectLoadRefused('package-mismatch', 'manifest.json')
    await signManifest((manifest) => ({ ...manifest, files: [...manifest.files, manifest.files[0]] }))
    await expectLoadRefused('package-altered', 'manifest.json')
  })
})

describe('nobody packs', () => {
  const expectPackRefused = (code: Refusal, file: string) => expectRefusal(pack(dir), code, file)

  test.each([
    ['without a licence', TINY_CARD.replace(/licence.*/, ''), 'card.yaml'],
    ['of a head that is not known', TINY_CARD.replace('yolov8', 'yolov99'), 'head'],
    ['with a field that is not known', `${TINY_CARD}theshold: 1`, 'theshold'],
    ['whose weights lie elsewhere', TINY_CARD.replace('best.onnx', '../best.onnx'), 'weights'],
    ['that is no YAML', `${TINY_CARD}labels: [a`, 'card.yaml:'],
  ])('a card %s', async (_, card, file) => {
    await put('card.yaml', card)
    await expectPackRefused('package-bad-card', file)
  })

  test('without card or weights', async () => {
    await rm(join(dir, 'best.onnx'))
    await expectPackRefused('package-missing-file', 'best.onnx')
    await rm(join(dir, 'card.yaml'))
    await expectPackRefused('package-missing-file', 'card.yaml')
  })

  test('what does not belong there, such as their own key', async () => {
    await put('model-signing.key', pair.privateKey)
    await expectPackRefused('package-extra-file', 'model-signing.key')
    expect(await readdir(dir)).not.toContain('manifest.json')
  })

  test('weights that are none', async () => {
    await put('best.onnx', 'no model')
    await expectPackRefused('package-unloadable', 'best.onnx')
  })

  const outputs = [{ name: 'output0', dims: [1, 5, 21], data: new Float32Array(105) }]
  test.each([
    ['that reach for files beside them', { outputs, externalData: '../../etc/passwd' }],
    ['that need operators of their own', { outputs, operators: [{ domain: 'my.lab', opType: 'Magic' }] }],
  ])('weights %s', async (_, model) => {
    await put('best.onnx', tinyOnnx(model))
    await expectPackRefused('package-unloadable', 'best.onnx')
  })

  test('a card of another input size than the weights have', async () => {
    await put('card.yaml', TINY_CARD.replace('[32, 32]', '[64, 64]'))
    await expectPackRefused('package-mismatch', 'input.size')
  })

  test('an evaluation of other weights', async () => {
    const evaluation = { map50: 1, map: 1, perClass: [], score: 0.25, images: 1, weights: sha256('others') }
    await put('evaluation.json', JSON.stringify(evaluation))
    await expectPackRefused('package-mismatch', 'evaluation.json')
    await put('evaluation.json', JSON.stringify({ ...evaluation, weights: sha256(TINY_WEIGHTS) }))
    expect(await pack(dir)).toMatchObject({ evaluation: { map50: 1 } })
  })

  test('a TensorFlow.js model without all of its files', async () => {
    await rm(join(dir, 'best.onnx'))
    await put('card.yaml', TINY_CARD.replace('best.onnx', 'model.json'))
    await put('model.json', JSON.stringify({ weightsManifest: [{ paths: ['shard1.bin'] }] }))
    await expectPackRefused('package-missing-file', 'shard1.bin')
    await put('shard1.bin', 'weights')
    await signed()
    const { weights: read } = await loadPackage(dir, { trustedKeys })
    expect(Buffer.from(await read.read('shard1.bin')).toString()).toBe('weights')
  })
})

test('nobody signs what was not packed, or has changed since', async () => {
  await expectRefusal(sign(dir, privateKey), 'package-missing-file', 'manifest.json')
  await pack(dir)
  await put('card.yaml', TINY_CARD.replace('version: 3', 'version: 4'))
  await expectRefusal(sign(dir, privateKey), 'package-altered', 'card.yaml')
})
