import { join } from 'node:path'
import { startRole } from '../lab/role.ts'
import { makeStreetClip } from './shared-vision.ts'

export interface SimulatedCameras extends AsyncDisposable {
  /** As `vision.cameras` of `gateway.yaml`; all are looked at by the model `people`. */
  readonly cameras: Readonly<Record<string, object>>
}

export interface SimulatedOptions {
  readonly dir: string
  readonly count: number
  readonly fps: number
  /** Share of them in whose picture something moves; the others show one still picture. */
  readonly moving: number
  /** False: all frames are looked at. */
  readonly gate: boolean
}

export async function startSimulatedCameras(options: SimulatedOptions): Promise<SimulatedCameras> {
  const { dir, count, fps, moving, gate } = options
  const clip = await makeStreetClip(join(dir, 'street.mp4'))
  const ports = ['--port', '0', '--http-port', '0']
  const film = ['--clip', clip, '--cameras', `${count}`, '--moving', `${moving}`, '--fps', `${fps}`]
  const role = await startRole(['simulators/main.ts', 'camera', ...ports, ...film], {
    env: {},
    log: join(dir, 'cameras.log'),
  })
  const told = role.facts['cameras'] as { camera: number; main: string; sub: string }[]
  const cameras = told.map(({ camera, main, sub }) => {
    const source = { kind: 'rtsp', url: main, sub }
    return [`camera-${camera}`, { source, fps, models: ['people'], gate }] as const
  })
  return { cameras: Object.fromEntries(cameras), [Symbol.asyncDispose]: () => role[Symbol.asyncDispose]() }
}
