import { systemClock } from '@ganzhi/device-drivers/clock'
import { readFile, writeFile } from 'node:fs/promises'
import pino from 'pino'
import { locateAgent, readEnvironment } from '../../config.ts'
import { discoverCameras } from '../../installer/camera/discover-cameras.ts'
import { testCamera } from '../../installer/camera/test-camera.ts'
import { findFfmpeg } from '../../vision/sources/find-ffmpeg.ts'
import { CameraTrouble } from '../../vision/sources/http-camera.ts'
import { loginOf } from '../../vision/sources/login.ts'
import { openSource } from '../../vision/sources/open-source.ts'
import { seal, sealKey } from '../../vision/sources/seal.ts'
import { discoveredText, progressText, testText } from '../camera-text.ts'
import { addressed, fpsIn, secondsIn, sizeIn, tellingTrouble } from '../camera-options.ts'
import { badUse, type Call, command, type ExitCode, needed, wholeNumber } from '../command.ts'

const OPTIONS = {
  sub: { type: 'string' },
  udp: { type: 'boolean' },
  login: { type: 'string' },
  fps: { type: 'string' },
  size: { type: 'string' },
  for: { type: 'string' },
  out: { type: 'string' },
  config: { type: 'string' },
} as const

type Values = { readonly [Name in Exclude<keyof typeof OPTIONS, 'udp'>]?: string | undefined } & {
  readonly udp?: boolean | undefined
  readonly json?: boolean | undefined
}

const ACTIONS: Readonly<Record<string, (values: Values, call: Call, address?: string) => Promise<ExitCode>>> =
  { test, snapshot, discover, seal: sealLogin }

export const camera = command({
  help: `
ganzhi-edge camera test <address> [--login <file>] [--fps 5] [--size 640x360] [--for 10] [--json]
看一段时间：到达帧率、分辨率、编码、延迟、状态与处理办法
watches a camera: its rate, size, codec, lag, states, and what to do about them

ganzhi-edge camera snapshot <address> [--login <file>] [--out picture.jpg] [--json]
取一张最清晰的图 takes the best picture the camera has

ganzhi-edge camera discover [--login <file>] [--for 5] [--json]
用 ONVIF 找本网段的摄像机；有账号则列出各码流地址
finds ONVIF cameras on this network; with a login, the addresses of their streams too

ganzhi-edge camera seal --config <gateway.yaml> --login <file>
用本网关的密钥封存账号，供写入配置 seals a login with this gateway's key, for its configuration

  <address>                rtsp://host/path, http://host/path (MJPEG/JPEG), /dev/video0, 文件 a file
  --sub <address>          检测用的子码流 the stream for detection, where there are two
  --udp                    RTSP 走 UDP over UDP
  --login <file>           一行 one line: user:password，权限 0600; - 从标准输入 from stdin
                           写在地址里也行，但本机人人可见 may stand in the address, but everybody on this machine sees it
  --fps 5                  每秒至多几帧 frames a second, 1–60
  --size 640x360           缩放到框内 made to fit into it
  --for 10                 秒 seconds
  --out picture.jpg        写到哪里 where to write

例 examples:
  ganzhi-edge camera test rtsp://192.168.1.64/Streaming/Channels/101 --sub rtsp://192.168.1.64/Streaming/Channels/102 --login cam.login
  ganzhi-edge camera snapshot http://192.168.1.65/snapshot.jpg --out gate.jpg
  echo 'admin:secret' | ganzhi-edge camera seal --config gateway.yaml --login -
`,
  positionals: 'test|snapshot|discover|seal',
  options: OPTIONS,
  async run(values, call) {
    const [name = '', address, ...more] = call.positionals
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
    if (!action) throw badUse(`camera ${name}: 应为 must be one of ${Object.keys(ACTIONS).join(', ')}`)
    if (more.length > 0) throw badUse(`多余的参数 unexpected ${more.join(' ')}`)
    return await tellingTrouble(call.terminal, values.json, () => action(values, call, address))
  },
})

async function test(values: Values, { terminal, signal }: Call, address?: string): Promise<ExitCode> {
  const target = await addressed(values, terminal, address)
  const found = await testCamera(target, {
    ffmpeg: await findFfmpeg(readEnvironment().ffmpeg),
    size: sizeIn(values.size),
    fps: fpsIn(values.fps),
    forMs: 1_000 * secondsIn(values.for),
    clock: systemClock,
    onProgress(state, figures) {
      if (terminal.interactive && !values.json) terminal.status(progressText(state, figures))
    },
    signal,
  })
  if (terminal.interactive && !values.json) terminal.status('')
  terminal.out(values.json ? JSON.stringify(found) : testText(found, terminal.colours))
  return found.state === 'live' ? 0 : 1
}

async function snapshot(values: Values, { terminal, signal }: Call, address?: string): Promise<ExitCode> {
  const { source, login } = await addressed(values, terminal, address)
  const out = values.out ?? 'snapshot.jpg'
  const lost = new AbortController()
  await using opened = openSource(source, {
    ffmpeg: await findFfmpeg(readEnvironment().ffmpeg),
    size: { width: 8_192, height: 8_192 },
    fps: fpsIn(values.fps),
    ...(login ? { login } : {}),
    clock: systemClock,
    random: Math.random,
    log: pino({ level: 'silent' }),
    onState: ({ kind, fault }) => {
      if (kind === 'lost' && fault) lost.abort(new CameraTrouble(fault))
    },
  })
  const either = AbortSignal.any([signal, lost.signal])
  await opened.next(either)
  const { jpeg, ...facts } = await opened.snapshot(either)
  await writeFile(out, jpeg)
  const said = { file: out, bytes: jpeg.length, ...facts }
  terminal.out(values.json ? JSON.stringify(said) : `${out}  ${facts.width}×${facts.height}  ${facts.from}`)
  return 0
}

async function discover(values: Values, { terminal, signal }: Call, address?: string): Promise<ExitCode> {
  if (address !== undefined) throw badUse(`多余的参数 unexpected ${address}`)
  const login = values.login === undefined ? undefined : loginOf(await textOf(values.login))
  const seconds = wholeNumber(values.for ?? '5', 'for', [1, 60])
  const cameras = await discoverCameras({ forMs: seconds * 1_000, login, signal })
  terminal.out(values.json ? JSON.stringify({ cameras }) : discoveredText(cameras, terminal.colours))
  return cameras.length > 0 ? 0 : 1
}

async function sealLogin(values: Values, { terminal }: Call): Promise<ExitCode> {
  const { dataDir } = await locateAgent(needed(values.config, 'config'))
  const { username, password } = loginOf(await textOf(needed(values.login, 'login')))
  const sealed = seal(`${username}:${password}`, await sealKey(dataDir))
  terminal.out(values.json ? JSON.stringify({ sealed }) : `login: { sealed: ${sealed} }`)
  return 0
}

function textOf(file: string): Promise<string> {
  return readFile(file === '-' ? '/dev/stdin' : file, 'utf8')
}
