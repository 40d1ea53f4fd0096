import { check } from '@ganzhi/contracts/schema'
import Type, { type Static } from 'typebox'
import { type FaultList, faultWords, makeFaults } from '../fault-list.ts'

/** What a fault can befall. */
export type Place = 'picture' | 'rtsp' | 'http'

const BEFALLS = {
  stall: ['picture'],
  black: ['picture'],
  frozen: ['picture'],
  resolution: ['picture'],
  garbage: ['picture'],
  truncate: ['picture'],
  slow: ['picture'],
  close: ['picture', 'rtsp', 'http'],
  hang: ['rtsp', 'http'],
  password: ['rtsp', 'http'],
  type: ['http'],
  page: ['http'],
} as const satisfies Record<string, readonly Place[]>
export type FaultKind = keyof typeof BEFALLS

export const STREAM_NAMES = ['main', 'sub', 'mjpeg', 'snapshot'] as const
export type StreamName = (typeof STREAM_NAMES)[number]

export const Fault = Type.Object(
  {
    kind: Type.Enum(Object.keys(BEFALLS) as FaultKind[]),
    /** Of this camera only, or of this stream; of every one when left out. */
    camera: Type.Optional(Type.Integer({ minimum: 1 })),
    stream: Type.Optional(Type.Enum([...STREAM_NAMES])),
    /** So many pictures, or requests; all until `clear` when left out. */
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Share of them that it befalls, by the seed; all when left out. */
    p: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    ms: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
)
export type Fault = Static<typeof Fault>

export interface Befallen {
  readonly place: Place
  readonly camera?: number
  readonly stream?: StreamName
}

export type Faults = FaultList<Fault, Befallen>

export function parseFault(line: string): Fault {
  return check(Fault, faultWords(line), 'fault')
}

/** Those of `lines` from the start. */
export function cameraFaults(seed = 1, lines: readonly string[] = []): Faults {
  return makeFaults(seed, lines.map(parseFault), hits)
}

function hits({ kind, camera, stream }: Fault, at: Befallen): boolean {
  const places: readonly Place[] = BEFALLS[kind]
  return (
    places.includes(at.place) &&
    (camera === undefined || camera === at.camera) &&
    (stream === undefined || stream === at.stream)
  )
}

export const FAULTS_HELP = `Faults, with --fault or as lines on stdin 故障，用 --fault 或从标准输入逐行给出:
  stall              no more pictures, the connection stays      画面停止发送，连接仍在
  frozen             the same picture again and again            画面定格
  black              black pictures                              黑屏
  resolution         pictures of half the width and height       分辨率减半
  garbage            random bytes within the pictures            画面数据混入乱码
  truncate           pictures break off half-way                 画面数据中途截断
  slow ms=2000       pictures come so much later                 画面延迟到达
  close              the client is hung up on                    断开客户端
  hang               requests get no answer                      请求无应答
  password           the right password is refused               正确的密码也被拒绝
  type               HTTP pictures say they are text             HTTP 图片的内容类型错误
  page               HTTP gives a web page instead               HTTP 返回网页而非图片
Each takes camera=N stream=main|sub|mjpeg|snapshot times=N p=0.1 均可限定摄像机、码流、次数、概率:  stall camera=3 times=50

Lines on stdin only 仅限标准输入:
  clear              all faults end                              清除全部故障
  restart ms=500     the ports go, and come back                 端口消失后恢复
  truth              prints who is to be seen now, of each       打印各摄像机当前画面中的人
`
