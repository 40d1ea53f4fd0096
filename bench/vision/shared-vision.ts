import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { MissingData } from '../missing-data.ts'

/** Models and photographs lie beside the repository. */
const FOLDER = fileURLToPath(new URL('../../../shared/vision', import.meta.url))

export interface BenchModel {
  readonly weights: string
  /** Of its square input. */
  readonly side: number
  readonly labels: number
}

export const YOLOX_NANO = model('yolox_nano_416_coco.onnx', 416, 80)
/** The smallest: many frames in little time. */
export const PERSON_LIGHT = model('person_light_192.onnx', 192, 1)

function model(file: string, side: number, labels: number): BenchModel {
  return { weights: join(FOLDER, 'models', file), side, labels }
}

export function mustBeThere({ weights }: BenchModel): void {
  if (!existsSync(weights)) throw new MissingData(`${weights} is not there: nothing is measured`)
}

/** A card for it; what its labels are called costs nothing. */
export async function writeCard({ side, labels }: BenchModel, file: string, version = 1): Promise<string> {
  const card = {
    id: 'bench/model',
    version,
    weights: 'model.onnx',
    head: 'yolox',
    input: { size: [side, side], color: 'bgr', scale: 1, fit: 'pad-right-bottom' },
    labels: Array.from({ length: labels }, (_, i) => (i === 0 ? 'person' : `thing-${i}`)),
    licence: 'Apache-2.0',
  }
  // YAML takes JSON as it is.
  await writeFile(file, JSON.stringify(card))
  return file
}

const PHOTOS = ['street_pedestrians_001', 'crowd_pavement_1', 'street_bus', 'street_pedestrians_002']
const SECONDS_EACH = 5

/** Twenty seconds of 640×360 H.264 at 25 frames a second: a look around in four photographs of streets. */
export async function makeStreetClip(file: string): Promise<string> {
  const photos = PHOTOS.map((name) => join(FOLDER, 'photos', `${name}.jpg`))
  const inputs = photos.flatMap((photo) => ['-loop', '1', '-t', String(SECONDS_EACH), '-i', photo])
  const pan = "x='(iw-640)*(0.5+0.5*sin(t))':y='(ih-360)*(0.5+0.5*cos(t))'"
  const look = `fps=25,scale=800:450:force_original_aspect_ratio=increase,crop=640:360:${pan},setsar=1`
  const parts = photos.map((_, i) => `[${i}:v]${look}[v${i}]`)
  const joined = `${photos.map((_, i) => `[v${i}]`).join('')}concat=n=${photos.length}:v=1`
  const coded = '-c:v libx264 -preset fast -g 50 -pix_fmt yuv420p'.split(' ')
  const filter = ['-filter_complex', [...parts, joined].join(';')]
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', '-y', ...inputs, ...filter, ...coded, file])
  return file
}
