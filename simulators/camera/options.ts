import { check } from '@ganzhi/contracts/schema'
import { GanzhiError } from '@ganzhi/contracts/error'
import Type from 'typebox'
import { type Credentials, SCHEMES } from './credentials.ts'
import { FAULTS_HELP, STREAM_NAMES } from './fault.ts'
import type { Size } from './film/film.ts'
import { SCENES } from './street/episodes/episode.ts'

export const CAMERA_HELP = `ganzhi-sim camera: IP cameras with RTSP (H.264), MJPEG, snapshots and ONVIF
模拟网络摄像机：RTSP（H.264）、MJPEG、抓图、ONVIF

  --port N               RTSP port, 0 for a free one                 RTSP 端口，0 为任意空闲端口  (8554)
  --http-port N          likewise for HTTP                           HTTP 端口                    (8080)
  --discovery-port N     answers WS-Discovery probes there           应答该端口的 ONVIF 设备发现
                         (3702 by the standard)
  --host H               address to listen on, as told to clients    监听地址，也告知客户端       (127.0.0.1)
  --cameras K            cameras 1 to K                              摄像机数量                   (1)
  --user U --password P  who must be named to be let in              用户名与密码
  --auth A               basic, digest or both                       认证方式                     (both)
  --session-timeout-s S  players must be heard of so often           会话超时                     (60)

Pictures 画面:
  --pictures P           picture files, or folders of them; may be   图片文件或文件夹；可重复
                         repeated; camera 2 begins with the second
  --clip FILE            a video, of which --loop-s are played       视频文件，循环播放前若干秒
                         without both: a rendered street             两者皆无：渲染的街景
  --scene S              crowd-gathering, street-vending or          场景事件循环上演；可重复
                         exposed-garbage: incidents and what only
                         looks like them; may be repeated, camera 2
                         shows the second
  --dwell-s S            incidents last longer, others less long     事件持续超过此秒数           (20)
  --moving S             share of the cameras that see something     画面有变化的摄像机比例       (1)
                         move; the others show one still picture
  --hold-s S             each picture is shown for so long           每张图片显示时间             (5)
  --loop-s S             a street, or a clip, begins again after     街景或视频的循环周期         (20)
  --walkers N            people in the street                        街景中的行人数               (4)
  --size WxH             sub-stream and MJPEG                        子码流与 MJPEG 的尺寸        (640x360)
  --main-size WxH        main stream and snapshots                   主码流与抓图的尺寸           (1280x720)
  --fps F                pictures a second                           帧率                         (10)
  --painted S            ready only when all pictures of mjpeg, sub, main  这些码流全部画好后才就绪
                         or snapshot are there; may be repeated. Else
                         they are painted as they are seen, and may
                         come late
  --noise N              as of a cheap sensor, 0 to 100              噪点                         (0)
  --seed S               same seed, same pictures and faults         种子相同则画面与故障相同     (1)

  --fault F              a fault from the start, may be repeated     启动时即有的故障，可重复
  --json                 one JSON document a line, as always         标准输出为 JSON（始终如此）
  --help                 this text                                   本说明

Camera 2's are /cam2/main, /cam2/sub (RTSP), /cam2/mjpeg, /cam2/snapshot.jpg, /cam2/onvif/device_service (HTTP);
camera 1's also without /cam1. 第 2 台的路径以 /cam2 开头；第 1 台可省略 /cam1。

${FAULTS_HELP}`

export const CAMERA_OPTIONS = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8554' },
  'http-port': { type: 'string', default: '8080' },
  'discovery-port': { type: 'string' },
  cameras: { type: 'string', default: '1' },
  user: { type: 'string' },
  password: { type: 'string' },
  auth: { type: 'string', default: 'both' },
  'session-timeout-s': { type: 'string', default: '60' },
  pictures: { type: 'string', multiple: true, default: [] as string[] },
  clip: { type: 'string' },
  moving: { type: 'string', default: '1' },
  'hold-s': { type: 'string', default: '5' },
  'loop-s': { type: 'string', default: '20' },
  scene: { type: 'string', multiple: true, default: [] as string[] },
  'dwell-s': { type: 'string', default: '20' },
  walkers: { type: 'string', default: '4' },
  size: { type: 'string', default: '640x360' },
  'main-size': { type: 'string', default: '1280x720' },
  fps: { type: 'string', default: '10' },
  painted: { type: 'string', multiple: true, default: [] as string[] },
  noise: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  fault: { type: 'string', multiple: true, default: [] as string[] },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const Port = Type.Integer({ minimum: 0, maximum: 65_535 })
const Numbers = Type.Object({
  port: Port,
  'http-port': Port,
  'discovery-port': Type.Optional(Port),
  cameras: Type.Integer({ minimum: 1, maximum: 1_000 }),
  'session-timeout-s': Type.Number({ minimum: 0.1 }),
  moving: Type.Number({ minimum: 0, maximum: 1 }),
  'hold-s': Type.Integer({ minimum: 1 }),
  'loop-s': Type.Integer({ minimum: 1, maximum: 600 }),
  walkers: Type.Integer({ minimum: 0, maximum: 100 }),
  'dwell-s': Type.Integer({ minimum: 5, maximum: 600 }),
  // The film is a whole number of seconds, and has a whole number of pictures.
  fps: Type.Integer({ minimum: 1, maximum: 60 }),
  noise: Type.Integer({ minimum: 0, maximum: 100 }),
  seed: Type.Integer(),
})
type NumberName = keyof typeof Numbers.properties
export type CameraValues = Readonly<Partial<Record<NumberName, string>>> & {
  readonly user?: string
  readonly password?: string
  readonly auth: string
  readonly scene: readonly string[]
  readonly painted: readonly string[]
  readonly size: string
  readonly 'main-size': string
}

export function checkedOptions(values: CameraValues) {
  const names = Object.keys(Numbers.properties) as NumberName[]
  const given = names.filter((name) => values[name] !== undefined)
  const numbers = check(
    Numbers,
    Object.fromEntries(given.map((name) => [name, Number(values[name])])),
    'options',
  )
  const { 'discovery-port': discovery, 'http-port': http, port: rtsp, ...others } = numbers
  return {
    ...others,
    holdS: numbers['hold-s'],
    loopS: numbers['loop-s'],
    dwellS: numbers['dwell-s'],
    scenes: values.scene.map((scene) => check(Type.Enum([...SCENES]), scene, 'scene')),
    painted: values.painted.map((stream) => check(Type.Enum([...STREAM_NAMES]), stream, 'painted')),
    timeoutMs: numbers['session-timeout-s'] * 1_000,
    ports: { rtsp, http, ...(discovery === undefined ? {} : { discovery }) },
    mainSize: sizeIn('main-size', values['main-size']),
    subSize: sizeIn('size', values.size),
    schemes: check(Type.Enum([...SCHEMES]), values.auth, 'auth'),
    credentials: credentialsIn(values),
  }
}

function credentialsIn({ user, password }: CameraValues): Credentials | undefined {
  if (user === undefined && password === undefined) return undefined
  if (user !== undefined && password !== undefined) return { user, password }
  throw bad(user === undefined ? 'user' : 'password', 'Give both --user and --password, or neither.')
}

export function sizeIn(field: string, text: string): Size {
  const [, width = 0, height = 0] = (/^(\d{2,4})x(\d{2,4})$/.exec(text) ?? []).map(Number)
  const fits = width >= 32 && height >= 32 && width <= 4_096 && height <= 4_096
  if (fits && width % 2 === 0 && height % 2 === 0) return { width, height }
  throw bad(field, 'Write 640x360: two even numbers from 32 to 4096.')
}

function bad(field: string, remedy: string): GanzhiError {
  return new GanzhiError(`options: --${field} is wrong`, {
    code: 'bad-input',
    blame: 'caller',
    field,
    remedy,
  })
}
