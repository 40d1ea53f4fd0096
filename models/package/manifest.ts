import { check } from '@ganzhi/contracts/schema'
import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { refuseUnsafeName } from './folder.ts'
import { refusal } from './refusal.ts'

export const MANIFEST = 'manifest.json'

const closed = { additionalProperties: false } as const

/** What is in a package, byte for byte; the signature is of this text. */
export const Manifest = Type.Object(
  {
    /** Also keeps a signature from meaning anything else: no other text that is signed begins so. */
    format: Type.Literal('ganzhi-model-package/1'),
    id: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    files: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          bytes: Type.Integer({ minimum: 0 }),
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        },
        closed,
      ),
      { maxItems: 1_000 },
    ),
  },
  closed,
)
export type Manifest = Static<typeof Manifest>

export type PackageFiles = ReadonlyMap<string, Uint8Array>

/** The same files give the same text, and so the same digest, on every machine. */
export function manifestText({ id, version }: Pick<Manifest, 'id' | 'version'>, files: PackageFiles): string {
  const manifest: Manifest = {
    format: 'ganzhi-model-package/1',
    id,
    version,
    files: [...files]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

export function parseManifest(text: string): Manifest {
  const manifest = checkedManifest(text)
  const names = manifest.files.map(({ name }) => name)
  for (const name of names) refuseUnsafeName(name, MANIFEST)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return manifest
  throw refusal('package-altered', `${twice} 重复 stands there twice`, { file: MANIFEST, remedy: PACK_AGAIN })
}

function checkedManifest(text: string): Manifest {
  try {
    return check(Manifest, JSON.parse(text), MANIFEST)
  } catch (cause) {
    throw refusal('package-altered', '不是清单 is no manifest', { file: MANIFEST, remedy: PACK_AGAIN, cause })
  }
}

export const PACK_AGAIN =
  '请重新打包并签名。 Pack and sign it again: ganzhi model pack, then ganzhi model sign'

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
