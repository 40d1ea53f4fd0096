import { GanzhiError } from '@ganzhi/contracts/error'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const OLDEST = 5.1

/** `FFMPEG` where it is set, else ffmpeg on the PATH; refused when it is missing or too old for what we ask of it. */
export async function findFfmpeg(named: string | undefined): Promise<string> {
  const program = named || 'ffmpeg'
  const said = await promisify(execFile)(program, ['-hide_banner', '-version']).catch(() => undefined)
  if (!said) throw refused(named ? `FFMPEG=${named} 不可执行 is no program` : '缺少 ffmpeg is missing')
  // Builds of the day are named by commit, not number: they are new enough.
  const version = /^ffmpeg version n?(\d+\.\d+)/.exec(said.stdout)?.[1]
  if (version !== undefined && Number(version) < OLDEST) {
    throw refused(`ffmpeg ${version} 太旧，需要 is too old, needed is ${OLDEST}`)
  }
  return program
}

function refused(message: string): GanzhiError {
  return new GanzhiError(message, {
    code: 'no-ffmpeg',
    blame: 'outside',
    remedy: '运行 run: sudo apt-get install ffmpeg; 或用 FFMPEG 指明路径 or name its path in FFMPEG.',
  })
}
