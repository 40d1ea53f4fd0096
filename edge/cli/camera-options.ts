import { type CameraTarget, cameraTarget } from '../installer/camera/camera-target.ts'
import { CameraTrouble } from '../vision/sources/http-camera.ts'
import { faultText } from './camera-text.ts'
import { badUse, type Call, type ExitCode, wholeNumber } from './command.ts'

/** What a camera that is named by its address may be given with. */
export interface AddressValues {
  readonly sub?: string | undefined
  readonly udp?: boolean | undefined
  readonly login?: string | undefined
}

export async function addressed(
  { sub, udp = false, login }: AddressValues,
  terminal: Call['terminal'],
  address: string | undefined,
): Promise<CameraTarget> {
  if (address === undefined) throw badUse('没有给出地址 no address given')
  const target = await cameraTarget({ address, sub, udp, loginFile: login })
  if (target.exposed) {
    terminal.err(
      '密码写在命令行，本机人人可见；改用 --login。 Everybody on this machine sees it there: use --login.',
    )
  }
  return target
}

export function fpsIn(text: string | undefined): number {
  return wholeNumber(text ?? '5', 'fps', [1, 60])
}

export function secondsIn(text: string | undefined): number {
  return wholeNumber(text ?? '10', 'for', [1, 86_400])
}

export function sizeIn(text = '640x360'): { width: number; height: number } {
  const [width, height, ...more] = text.split('x')
  if (more.length > 0) throw badUse(`--size ${text}: 写作 write it like 640x360`)
  const side = (part: string | undefined) => wholeNumber(part ?? '', 'size', [1, 8_192])
  return { width: side(width), height: side(height) }
}

/** Runs it; what is wrong with the camera is told with its remedy. */
export async function tellingTrouble(
  terminal: Call['terminal'],
  json: boolean | undefined,
  work: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof CameraTrouble)) throw error
    if (json) terminal.out(JSON.stringify({ error: error.fault }))
    else terminal.err(faultText(error.fault, terminal.colours))
    return 1
  }
}
