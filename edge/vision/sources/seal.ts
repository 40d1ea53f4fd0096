import { GanzhiError } from '@ganzhi/contracts/error'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The gateway's own key, made at its first use: what is sealed with it opens on this gateway only. */
export async function sealKey(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'seal.key')
  await mkdir(dataDir, { recursive: true })
  // Made only where there is none: the one who comes second reads what the first has written.
  await writeFile(file, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx', flush: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  const key = await readFile(file)
  if (key.length === KEY_BYTES) return key
  throw new GanzhiError(`${file} 不是密钥 is no key`, {
    code: 'bad-config',
    blame: 'outside',
    remedy: '删除它并重新封存密码。Delete it and seal the logins anew.',
  })
}

/** AES-256-GCM. */
export function seal(text: string, key: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `gz1.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

export function openSealed(sealed: string, key: Uint8Array): string {
  const bytes = Buffer.from(sealed.replace(/^gz1\./, ''), 'base64url')
  const [nonce, rest] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES)]
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAuthTag(rest.subarray(0, TAG_BYTES))
    return Buffer.concat([decipher.update(rest.subarray(TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new GanzhiError('login: 用别的网关的密钥封存，或被改动 sealed by another gateway, or altered', {
      code: 'bad-config',
      blame: 'caller',
      field: 'login',
      remedy: '在本网关运行 Run on this gateway: ganzhi-edge camera seal',
      cause,
    })
  }
}
