import { filesRead, type ReadWeights } from '../weight-files.ts'
import { contentsOf, type JudgedCard } from './contents.ts'
import { namesIn, readPlainFile } from './folder.ts'
import { MANIFEST, manifestText, PACK_AGAIN, type PackageFiles, parseManifest, sha256 } from './manifest.ts'
import { refuseMismatch } from './mismatch.ts'
import { refusal } from './refusal.ts'
import { SIGNATURE } from './signature.ts'

export type ModelPackage = JudgedCard & {
  /** As they were judged: whoever runs them runs those very bytes. */
  readonly weights: ReadWeights
  /** What an evaluation is about. */
  readonly weightsDigest: string
  /** sha256 of the manifest, and so of all: what an event names as the model that saw it. */
  readonly digest: string
}

/** For who makes it, with or without a signature. Where there is a manifest it must hold. */
export async function readPackage(dir: string): Promise<ModelPackage> {
  return (await namesIn(dir)).includes(MANIFEST) ? readPacked(dir, await readManifest(dir)) : readLoose(dir)
}

/** The manifest's bytes, once for hash, signature and reading. */
export async function readManifest(dir: string): Promise<Uint8Array> {
  return readPlainFile(dir, MANIFEST)
}

/** Every file that `manifest` lists, unaltered, and no other. */
export async function readPacked(dir: string, manifest: Uint8Array): Promise<ModelPackage> {
  const { id, version, files: listed } = parseManifest(Buffer.from(manifest).toString('utf8'))
  const names = await fileNames(dir)
  const extra = names.find((name) => !listed.some((each) => each.name === name))
  if (extra !== undefined) {
    throw refusal('package-extra-file', '不在清单中 is not in the manifest', {
      file: extra,
      remedy: '请移走，或重新打包并签名。 Move it away, or pack and sign again.',
    })
  }
  const files = new Map<string, Uint8Array>()
  for (const { name, bytes, sha256: hash } of listed) {
    if (!names.includes(name))
      throw refusal('package-missing-file', '缺少 is missing', { file: name, remedy: COPY_AGAIN })
    const file = await readPlainFile(dir, name)
    if (file.length !== bytes || sha256(file) !== hash) {
      throw refusal('package-altered', '与清单不符 is not what the manifest says', {
        file: name,
        remedy: COPY_AGAIN,
      })
    }
    files.set(name, file)
  }
  const model = checked(files, sha256(manifest))
  if (model.card.id === id && model.card.version === version) return model
  throw refusal(
    'package-mismatch',
    `清单写的是 is of ${id} ${version}, the card of ${model.card.id} ${model.card.version}`,
    {
      file: MANIFEST,
      remedy: PACK_AGAIN,
    },
  )
}

/** As the files are now, whatever was packed and signed before. */
export async function readLoose(dir: string): Promise<ModelPackage & { readonly manifest: string }> {
  const files = new Map<string, Uint8Array>()
  for (const name of await fileNames(dir)) files.set(name, await readPlainFile(dir, name))
  const { card } = contentsOf(files)
  const manifest = manifestText(card, files)
  return { ...checked(files, sha256(manifest)), manifest }
}

const COPY_AGAIN =
  '可能复制不全或被改动：重新复制，或重新打包并签名。 It was copied badly, or changed: copy it again, or pack and sign again.'

async function fileNames(dir: string): Promise<string[]> {
  return (await namesIn(dir)).filter((name) => name !== MANIFEST && name !== SIGNATURE)
}

function checked(files: PackageFiles, digest: string): ModelPackage {
  const { weights, ...contents } = contentsOf(files)
  if (contents.kind === 'detector') refuseMismatch(contents.card, weights)
  return { ...contents, weights: filesRead(contents.card.weights, files), digest }
}
