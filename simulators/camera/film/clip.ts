import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { Film } from './film.ts'

/** The first seconds of a video file, over and over. */
export async function clipFilm(file: string, maxSeconds: number): Promise<Film> {
  const seconds = Math.max(1, Math.floor(Math.min(maxSeconds, await secondsOf(file))))
  return {
    title: basename(file),
    seconds,
    input({ size: { width, height }, fps, from, count }) {
      const begin = (from / fps) % seconds
      const parts =
        count === 1 || begin === 0
          ? [[begin, seconds]]
          : [
              [begin, seconds],
              [0, begin],
            ]
      const fit = `fps=${fps},scale=${width}:${height}:force_original_aspect_ratio=decrease,pad=${width}:${height}:-1:-1,setsar=1`
      const fitted = parts.map((_, i) => `[${i}:v:0]${fit}[part${i}]`)
      const joined = `${parts.map((_, i) => `[part${i}]`).join('')}concat=n=${parts.length}`
      return {
        args: parts.flatMap(([at = 0, to = 0]) => ['-ss', `${at}`, '-t', `${to - at}`, '-i', file]),
        // Seeking may cost a picture: the last one makes up for it.
        graph: [...fitted, `${joined},tpad=stop=-1:stop_mode=clone`].join(';'),
      }
    },
  }
}

async function secondsOf(file: string): Promise<number> {
  const show = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file]
  try {
    const { stdout } = await promisify(execFile)('ffprobe', show)
    const seconds = Number(stdout)
    if (!(seconds > 0)) throw new Error('it has no duration')
    return seconds
  } catch (cause) {
    throw new GanzhiError(`clip: ${file} is no video that ffprobe can read`, {
      code: 'bad-input',
      blame: 'caller',
      field: 'clip',
      remedy: 'Name a video file; ffmpeg and ffprobe must be installed (apt-get install ffmpeg).',
      cause,
    })
  }
}
