import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Profile } from '@ganzhi/contracts/profile'
import { loadProfile } from './profile.ts'

/** The profiles that come with the platform. */
export const PROFILE_FOLDER = join(import.meta.dirname, 'profiles')

/** Every `<maker>/<model>.yaml` below `folder`, by id; one bad file refuses all, by its name. */
export async function loadProfiles(folder = PROFILE_FOLDER): Promise<ReadonlyMap<string, Profile>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.yaml')).sort()
  const profiles = new Map<string, Profile>()
  for (const file of files) {
    const profile = await loadFile(folder, file)
    profiles.set(profile.id, profile)
  }
  return profiles
}

/** The profiles of the platform and, beside them, an installer's own; no id may stand for two kinds of device. */
export async function loadProfilesWith(folder: string): Promise<ReadonlyMap<string, Profile>> {
  const [builtIn, own] = await Promise.all([loadProfiles(), loadProfiles(folder)])
  for (const id of own.keys()) {
    if (!builtIn.has(id)) continue
    const files = [folder, PROFILE_FOLDER].map((each) => join(each, `${id}.yaml`))
    throw new GanzhiError(`${files.join(' and ')} have the same id`, {
      code: 'bad-input',
      blame: 'caller',
      field: 'id',
      remedy: 'Give your own file another id, and the name that goes with it.',
    })
  }
  return new Map([...builtIn, ...own])
}

async function loadFile(folder: string, file: string): Promise<Profile> {
  const profile = await readFile(join(folder, file), 'utf8').then(loadProfile).catch(nameFile(file))
  if (`${profile.id}.yaml` === file) return profile
  throw new GanzhiError(`${file}: its id is ${profile.id}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'id',
    remedy: `Move it to ${profile.id}.yaml, or correct its id.`,
  })
}

function nameFile(file: string) {
  return (error: unknown): never => {
    if (!isGanzhiError(error)) throw error
    const { code, blame, field, remedy } = error
    throw new GanzhiError(`${file}: ${error.message}`, {
      code,
      blame,
      ...(field === undefined ? {} : { field }),
      ...(remedy === undefined ? {} : { remedy }),
      cause: error,
    })
  }
}
