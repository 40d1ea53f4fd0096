import type { KeyObject } from 'node:crypto'
import { namesIn, readPlainFile } from './folder.ts'
import { MANIFEST } from './manifest.ts'
import { type ModelPackage, readManifest, readPacked } from './read-package.ts'
import { refusal } from './refusal.ts'
import { SIGNATURE, verifySignature } from './signature.ts'

export type SignedPackage = ModelPackage & {
  /** Id of the key. */
  readonly signedBy: string
}

/** For gateways: what somebody trusted has signed, unaltered, and whose card fits its weights. Anything else is refused. */
export async function loadPackage(
  dir: string,
  { trustedKeys }: { readonly trustedKeys: readonly KeyObject[] },
): Promise<SignedPackage> {
  const names = await namesIn(dir)
  const missing = [MANIFEST, SIGNATURE].find((name) => !names.includes(name))
  if (missing !== undefined) {
    throw refusal('package-unsigned', '缺少：模型包未签名 is missing: the package is not signed', {
      file: missing,
      remedy: '请先打包并签名。 Pack and sign it first: ganzhi model pack, then ganzhi model sign --key',
    })
  }
  const manifest = await readManifest(dir)
  const signature = (await readPlainFile(dir, SIGNATURE)).toString('utf8')
  const signedBy = verifySignature(signature, manifest, trustedKeys)
  return { ...(await readPacked(dir, manifest)), signedBy }
}
