import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GanzhiError } from '@ganzhi/contracts/error'
import { loadScene, type Scene } from './scene.ts'

/** The scenes that come with the platform. */
const READY = join(import.meta.dirname, 'ready')

/** Every `<id>.yaml` of a folder, by id. */
export async function loadScenes(folder = READY): Promise<ReadonlyMap<string, Scene>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  const scenes = await Promise.all(files.map((file) => loadFile(folder, file)))
  return new Map(scenes.map((scene) => [scene.id, scene]))
}

async function loadFile(folder: string, file: string): Promise<Scene> {
  const scene = loadScene(await readFile(join(folder, file), 'utf8'), file)
  if (`${scene.id}.yaml` === file) return scene
  throw new GanzhiError(`${file}: its id is ${scene.id}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'id',
    remedy: `Rename it to ${scene.id}.yaml, or correct its id.`,
  })
}
