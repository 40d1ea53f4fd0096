import { fileURLToPath } from 'node:url'

/** Where something may happen before a simulated camera. */
export interface Plot {
  readonly number: number
  /** Stalls may stand here. */
  readonly allowed: boolean
  /** Corners, in shares of the picture's width and height. */
  readonly polygon: readonly (readonly [number, number])[]
}

/** As `ganzhi-sim camera` says of its cameras when it is ready. */
export interface SimulatedCamera {
  readonly camera: number
  readonly mjpeg: string
  readonly programme?: { readonly plots: readonly Plot[] }
}

/** What camera 1, 2 and 3 show, again and again. */
export const SCENES = ['crowd-gathering', 'street-vending', 'exposed-garbage'] as const
export type SceneName = (typeof SCENES)[number]

/** Incidents last longer, and what only looks like one less long. */
export const DWELL_S = 20
const FPS = 1

/** Arguments of `ganzhi-sim camera` beside its ports. */
export const CAMERA_ARGS: readonly string[] = [
  '--cameras',
  String(SCENES.length),
  '--fps',
  String(FPS),
  '--dwell-s',
  String(DWELL_S),
  '--seed',
  '1',
  ...SCENES.flatMap((scene) => ['--scene', scene]),
]

const model = (file: string) => fileURLToPath(new URL(`../../models/${file}`, import.meta.url))

export function sceneOf({ camera }: Pick<SimulatedCamera, 'camera'>): SceneName {
  return SCENES[(camera - 1) % SCENES.length] ?? SCENES[0]
}

/** Nobody draws a zone against stalls where they may stand. */
export function watchedPlots(scene: SceneName, plots: readonly Plot[]): readonly Plot[] {
  return scene === 'street-vending' ? plots.filter(({ allowed }) => !allowed) : plots
}

export const CLEAR_S = 10

/** What a city sets to minutes is seconds here, so that what is simulated fits into a film. */
export function settingsOf(scene: SceneName, dwellS: number): { rule: object; timing: object } {
  const quick = { clearSeconds: CLEAR_S, coolDownSeconds: 0 }
  return scene === 'crowd-gathering'
    ? { rule: { atLeast: 5, keepsAt: 4 }, timing: { ...quick, confirmSeconds: dwellS } }
    : { rule: { seconds: dwellS }, timing: quick }
}

/** The part `vision` of a gateway's configuration. */
export function visionText(cameras: readonly SimulatedCamera[]): string {
  const texts = cameras.map(({ camera, mjpeg, programme }) => {
    const scene = sceneOf({ camera })
    const zones = watchedPlots(scene, programme?.plots ?? []).map(({ number, polygon }) => {
      const corners = polygon.map((corner) => `[${corner.map((at) => at.toFixed(3)).join(', ')}]`)
      return `            - { id: plot-${number}, polygon: [${corners.join(', ')}] }\n`
    })
    const { rule, timing } = settingsOf(scene, DWELL_S)
    return `    ${scene}:
      source: { kind: http, url: '${mjpeg}' } # 仿真摄像机，端口由 npm start 维护 a simulated camera: npm start keeps the port right
      fps: ${FPS}
      models: [street]
      scenes:
        - scene: ${scene}
          rule: ${JSON.stringify(rule)}
          timing: ${JSON.stringify(timing)} # 演示用，实际以分钟计 for show; a city counts minutes
          zones:
${zones.join('')}`
  })
  return `vision:
  trustedKeys: ['${model('street-small.pub')}']
  models:
    street: { package: '${model('street-small')}' }
  cameras:
${texts.join('')}`
}
