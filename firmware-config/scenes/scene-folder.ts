import { join } from 'node:path'
import { loadYamlFolder } from '../yaml-folder.ts'
import { loadScene, type Scene } from './scene.ts'

/** The scenes that come with the platform. */
const READY = join(import.meta.dirname, 'ready')

export function loadScenes(folder = READY): Promise<ReadonlyMap<string, Scene>> {
  return loadYamlFolder(folder, loadScene)
}
