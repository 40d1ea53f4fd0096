import { GanzhiError } from '@ganzhi/contracts/error'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CameraLogin } from './camera-source.ts'
import { openSealed, sealKey } from './seal.ts'
import type { Login } from './scrub.ts'

export interface LoginPlaces {
  /** Where relative paths begin. */
  readonly base: string
  /** Where the gateway keeps its key. */
  readonly dataDir: string
}

/** User name and password of a camera, from where its configuration says they are. */
export async function readLogin(from: CameraLogin, { base, dataDir }: LoginPlaces): Promise<Login> {
  if ('sealed' in from) return loginOf(openSealed(from.sealed, await sealKey(dataDir)))
  const file = resolve(base, from.file)
  const facts = await stat(file).catch(() => undefined)
  if (!facts) throw refused(`${file} 读不到 can not be read`, '检查路径。Check the path.')
  if ((facts.mode & 0o077) !== 0) {
    throw refused(`${file} 别人也能读 can be read by others`, `chmod 600 ${file}`)
  }
  return loginOf(await readFile(file, 'utf8'))
}

/** `user:password`; the password may hold colons. */
export function loginOf(text: string): Login {
  const [, username, password] = /^([^:\r\n]+):([^\r\n]*)\s*$/.exec(text) ?? []
  if (username === undefined || password === undefined) {
    throw refused('须为一行 it must be one line: user:password', '写成 Write it as user:password.')
  }
  return { username, password }
}

function refused(message: string, remedy: string): GanzhiError {
  return new GanzhiError(`login: ${message}`, { code: 'bad-config', blame: 'caller', field: 'login', remedy })
}
