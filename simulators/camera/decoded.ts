import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { CodedPicture } from './film/access-units.ts'

export interface DecodedPicture {
  readonly width: number
  readonly height: number
  readonly grey: Buffer
}

/** What ffmpeg makes of H.264 pictures, for tests: PGM files one after the other, which tell their size. */
export async function decoded(pictures: readonly CodedPicture[]): Promise<DecodedPicture[]> {
  const args =
    '-loglevel error -f h264 -i - -fps_mode passthrough -autoscale 0 -c:v pgm -pix_fmt gray -f image2pipe -'
  const child = spawn('ffmpeg', args.split(' '), { stdio: ['pipe', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const start = Buffer.from([0, 0, 0, 1])
  child.stdin.end(Buffer.concat(pictures.flatMap(({ parts }) => parts.flatMap((nal) => [start, nal]))))
  await once(child, 'close')
  const all = Buffer.concat(chunks)
  const found: DecodedPicture[] = []
  for (let at = 0; at < all.length;) {
    const [head = '', width = 0, height = 0] =
      /^P5\s(\d+)\s(\d+)\s\d+\s/.exec(all.toString('latin1', at, at + 40)) ?? []
    const size = { width: Number(width), height: Number(height) }
    at += head.length
    const bytes = size.width * size.height
    if (bytes === 0) throw new Error('ffmpeg gave no PGM')
    found.push({ ...size, grey: all.subarray(at, at + bytes) })
    at += bytes
  }
  return found
}
