import { check } from '@ganzhi/contracts/schema'
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { keyId } from './keys.ts'
import { MANIFEST } from './manifest.ts'
import { refusal } from './refusal.ts'

export const SIGNATURE = 'signature.json'

/** Ed25519 (RFC 8032) of the bytes of the manifest. */
const Signature = Type.Object(
  {
    /** Which key made it. */
    key: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    signature: Type.String({ pattern: '^[A-Za-z0-9+/]{86}==$' }),
  },
  { additionalProperties: false },
)
type Signature = Static<typeof Signature>

export function signatureText(manifest: Uint8Array, privateKey: KeyObject): string {
  const signature: Signature = {
    key: keyId(createPublicKey(privateKey)),
    signature: sign(null, manifest, privateKey).toString('base64'),
  }
  return `${JSON.stringify(signature, undefined, 2)}\n`
}

/** The id of the key that signed; refused when nobody who is trusted did. */
export function verifySignature(
  text: string,
  manifest: Uint8Array,
  trustedKeys: readonly KeyObject[],
): string {
  const { key, signature } = parsed(text)
  const trusted = trustedKeys.find((each) => keyId(each) === key)
  if (trusted === undefined) {
    throw refusal('package-unknown-key', `签名者 ${key} 不受信任 signed by a key that is not trusted`, {
      file: SIGNATURE,
      remedy:
        '若信任签名者，把其公钥加入受信任的密钥。 If you trust who signed, add their public key to the trusted ones; otherwise do not use it.',
    })
  }
  if (verify(null, manifest, trusted, Buffer.from(signature, 'base64'))) return key
  throw refusal('package-altered', '与签名不符 is not what was signed', {
    file: MANIFEST,
    remedy: '请向签名者重新索取。 Get the package again from who signed it.',
  })
}

function parsed(text: string): Signature {
  try {
    return check(Signature, JSON.parse(text), SIGNATURE)
  } catch (cause) {
    throw refusal('package-altered', '不是签名 is no signature', {
      file: SIGNATURE,
      remedy: '请向签名者重新索取，或重新签名。 Get the package again from who signed it, or sign it again.',
      cause,
    })
  }
}
