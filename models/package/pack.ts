import type { KeyObject } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { namesIn } from './folder.ts'
import { MANIFEST } from './manifest.ts'
import { type ModelPackage, readLoose, readManifest, readPacked } from './read-package.ts'
import { refusal } from './refusal.ts'
import { SIGNATURE, signatureText } from './signature.ts'

/** Lists what is in the folder, checked; a signature of what was there before is taken away. */
export async function pack(dir: string): Promise<ModelPackage> {
  const { manifest, ...model } = await readLoose(dir)
  await rm(join(dir, SIGNATURE), { force: true })
  await writeWhole(dir, MANIFEST, manifest)
  return model
}

/** Signs what was packed; what has changed since is refused, so that nobody signs what they have not seen. */
export async function sign(dir: string, privateKey: KeyObject): Promise<ModelPackage> {
  if (!(await namesIn(dir)).includes(MANIFEST)) {
    throw refusal('package-missing-file', '缺少：尚未打包 is missing: it was not packed', {
      file: MANIFEST,
      remedy: '请先打包。 Pack it first: ganzhi model pack',
    })
  }
  const manifest = await readManifest(dir)
  const model = await readPacked(dir, manifest)
  await writeWhole(dir, SIGNATURE, signatureText(manifest, privateKey))
  return model
}

/** Never half of it, and never through a link that somebody left there. */
async function writeWhole(dir: string, name: string, text: string): Promise<void> {
  const beside = join(dir, `${name}.new`)
  await rm(beside, { force: true })
  await writeFile(beside, text, { flag: 'wx' })
  await rename(beside, join(dir, name))
}
