import { GanzhiError } from '@ganzhi/contracts/error'
import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { privateKeyFrom, publicKeysFrom } from './keys.ts'

export async function readPrivateKey(file: string): Promise<KeyObject> {
  return privateKeyFrom(await keyText(file), file)
}

export async function readPublicKeys(files: readonly string[]): Promise<KeyObject[]> {
  const keys = await Promise.all(files.map(async (file) => publicKeysFrom(await keyText(file), file)))
  return keys.flat()
}

function keyText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new GanzhiError(`${file}: 读不出 can not be read`, {
      code: 'bad-key',
      blame: 'caller',
      field: file,
      remedy: '请核对路径与权限。 Check the path and its permissions.',
      cause,
    })
  })
}
