import { systemClock } from '@ganzhi/device-drivers/clock'
import { mkdtempDisposable } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEnvironment } from '../../config.ts'
import { measureCamera } from '../../installer/camera/measure-camera.ts'
import { measuredModel } from '../../installer/camera/measured-model.ts'
import { findFfmpeg } from '../../vision/sources/find-ffmpeg.ts'
import { addressed, fpsIn, secondsIn, sizeIn, tellingTrouble } from '../camera-options.ts'
import { badUse, command, needed, only, wholeNumber } from '../command.ts'
import { measurementText } from '../measurement-text.ts'

export const cameraMeasure = command({
  help: `
ganzhi-edge camera measure <address> --model <package|onnx> [--threads N] [--fps 5] [--no-gate] [--for 10] [--json]
这个摄像机配这个模型，在本网关上要花多少：到达帧率、推理与预处理、延迟、每帧处理器时间
what this camera with this model costs on this gateway: the rate reached, inference, lag, processor time a frame

  <address>                rtsp://host/path, http://host/path (MJPEG/JPEG), /dev/video0, 文件 a file
  --model <package|onnx>   模型包目录（可未签名），或能自述的单个权重文件
                           a package's folder, signed or not, or a file that tells enough of itself
  --card <yaml>            单个权重文件缺少的说明 what such a file does not tell
  --threads N              推理线程，默认全部核 of inference; all cores unless told
  --sub, --udp, --login    与 camera test 相同 as for camera test
  --fps 5                  每秒看几帧 looks a second, 1–60
  --every-frame            文件：不按时间，每帧都看，能多快就多快 a file: every frame, as fast as it goes
  --no-gate                画面不动也看 looks also where nothing moves
  --size 640x360           缩放到框内 made to fit into it
  --for 10                 秒 seconds

例 examples:
  ganzhi-edge camera measure rtsp://192.168.1.64/102 --login cam.login --model models/people
  ganzhi-edge camera measure street.mp4 --model yolox_nano.onnx --threads 1 --every-frame --no-gate --json
`,
  positionals: '<address>',
  options: {
    model: { type: 'string' },
    card: { type: 'string' },
    threads: { type: 'string' },
    sub: { type: 'string' },
    udp: { type: 'boolean' },
    login: { type: 'string' },
    fps: { type: 'string' },
    'every-frame': { type: 'boolean' },
    'no-gate': { type: 'boolean' },
    size: { type: 'string' },
    for: { type: 'string' },
  },
  async run(values, { terminal, signal, positionals }) {
    const target = await addressed(values, terminal, only(positionals, '地址 address'))
    const everyFrame = values['every-frame'] ?? false
    if (everyFrame && target.source.kind !== 'file') throw badUse('--every-frame 只用于文件 is for files')
    const cores = availableParallelism()
    const options = {
      ffmpeg: await findFfmpeg(readEnvironment().ffmpeg),
      size: sizeIn(values.size),
      clock: systemClock,
      threads: wholeNumber(values.threads ?? String(cores), 'threads', [1, 256]),
      fps: everyFrame ? Infinity : fpsIn(values.fps),
      gate: !values['no-gate'],
      forMs: 1_000 * secondsIn(values.for),
      signal,
    }
    await using folder = await mkdtempDisposable(join(tmpdir(), 'ganzhi-measure-'))
    const model = await measuredModel(needed(values.model, 'model'), values.card, folder.path)
    return await tellingTrouble(terminal, values.json, async () => {
      const cost = await measureCamera(target, model, options)
      const { head, input } = model.card
      const { threads, gate, fps } = options
      const asked = { threads, gate, askedFps: everyFrame ? null : fps }
      const measured = { camera: target.shown, model: { head, size: input.size }, ...asked, ...cost }
      terminal.out(
        values.json
          ? JSON.stringify(measured)
          : measurementText(measured, { cores, colours: terminal.colours }),
      )
      return cost.frames > 0 ? 0 : 1
    })
  },
})
