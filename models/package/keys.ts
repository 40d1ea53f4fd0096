import { GanzhiError } from '@ganzhi/contracts/error'
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'

export interface KeyPairText {
  /** PKCS#8 PEM: keep it secret. */
  readonly privateKey: string
  /** SPKI PEM: for whoever is to trust it. */
  readonly publicKey: string
  readonly id: string
}

export function makeKeyPair(): KeyPairText {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    id: keyId(publicKey),
  }
}

/** Says which key is meant; proves nothing. */
export function keyId(key: KeyObject): string {
  const spki = key.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('hex').slice(0, 32)
}

export function privateKeyFrom(pem: string, file: string): KeyObject {
  return ed25519(() => createPrivateKey(pem), `${file}: 不是 is no ed25519 私钥 private key`, file)
}

/** One or more keys, one below the other. */
export function publicKeysFrom(pem: string, file: string): KeyObject[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g) ?? ['']
  return blocks.map((block) =>
    ed25519(() => createPublicKey(block), `${file}: 不是 is no ed25519 公钥 public key`, file),
  )
}

function ed25519(read: () => KeyObject, message: string, field: string): KeyObject {
  let key: KeyObject | undefined
  let cause: unknown
  try {
    key = read()
  } catch (error) {
    cause = error
  }
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new GanzhiError(message, {
    code: 'bad-key',
    blame: 'caller',
    field,
    remedy: '用它生成密钥 Make keys with: ganzhi model keygen',
    cause,
  })
}
