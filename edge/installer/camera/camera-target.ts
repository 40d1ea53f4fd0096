import { check } from '@ganzhi/contracts/schema'
import { readFile } from 'node:fs/promises'
import { CameraSource } from '../../vision/sources/camera-source.ts'
import { loginOf, readLogin } from '../../vision/sources/login.ts'
import type { Login } from '../../vision/sources/scrub.ts'

export interface CameraTarget {
  readonly source: CameraSource
  readonly login: Login | undefined
  /** As it may be shown. */
  readonly shown: string
  /** The login stood in the address, where everybody on this machine can see it. */
  readonly exposed: boolean
}

export interface CameraAddress {
  /** rtsp://…, http://…, /dev/video0, or a file. */
  readonly address: string
  readonly sub: string | undefined
  readonly udp: boolean
  /** A file with user:password, or `-` for stdin. */
  readonly loginFile: string | undefined
}

export async function cameraTarget({ address, sub, udp, loginFile }: CameraAddress): Promise<CameraTarget> {
  const main = withoutLogin(address)
  const second = sub === undefined ? undefined : withoutLogin(sub)
  const found = loginFile === undefined ? (main.login ?? second?.login) : await loginIn(loginFile)
  const source = check(CameraSource, sourceOf(main.address, second?.address, udp), 'camera')
  const exposed = main.login !== undefined || second?.login !== undefined
  return { source, login: found, shown: main.address, exposed }
}

async function loginIn(file: string): Promise<Login> {
  if (file === '-') return loginOf(await readFile('/dev/stdin', 'utf8'))
  return await readLogin({ file }, { base: process.cwd(), dataDir: '' })
}

function sourceOf(address: string, sub: string | undefined, udp: boolean): CameraSource {
  if (/^rtsps?:/i.test(address)) {
    return {
      kind: 'rtsp',
      url: address,
      ...(sub === undefined ? {} : { sub }),
      ...(udp ? { transport: 'udp' as const } : {}),
    }
  }
  if (/^https?:/i.test(address)) return { kind: 'http', url: address }
  if (address.startsWith('/dev/')) return { kind: 'v4l2', device: address }
  return { kind: 'file', path: address, loop: true }
}

function withoutLogin(address: string): { readonly address: string; readonly login?: Login } {
  const url = /^(rtsps?|https?):/i.test(address) && URL.canParse(address) ? new URL(address) : undefined
  if (!url || url.username === '') return { address }
  const login = { username: decoded(url.username), password: decoded(url.password) }
  url.username = ''
  url.password = ''
  return { address: url.href, login }
}

/** People paste passwords as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
