import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import type { Profile } from '@ganzhi/contracts/profile'
import { loadProfile } from './profile.ts'

/** The profiles that come with the platform. */
export const PROFILE_FOLDER = join(import.meta.dirname, 'profiles')

/** Every `<maker>/<model>.yaml` below `folder`, by id. Bad ones refuse all, each with all that is wrong with it. */
export async function loadProfiles(folder = PROFILE_FOLDER): Promise<ReadonlyMap<string, Profile>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.yaml')).sort()
  const loaded = await Promise.allSettled(files.map((file) => loadFile(folder, file)))
  const bad = loaded.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []))
  if (bad.length === 0) {
    const profiles = loaded.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    return new Map(profiles.map((profile) => [profile.id, profile]))
  }
  const strange = bad.find((error) => !isGanzhiError(error))
  if (strange) throw strange
  const known = bad.filter((error) => isGanzhiError(error))
  throw new GanzhiError(known.map(({ message }) => message).join('\n'), {
    code: 'bad-input',
    blame: 'caller',
    field: known[0]?.field ?? '',
    remedy: known[0]?.remedy ?? '',
    cause: known[0],
  })
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
  const profile = loadProfile(await readFile(join(folder, file), 'utf8'), file)
  if (`${profile.id}.yaml` === file) return profile
  throw new GanzhiError(`${file}: its id is ${profile.id}`, {
    code: 'bad-input',
    blame: 'caller',
    field: 'id',
    remedy: `Move it to ${profile.id}.yaml, or correct its id.`,
  })
}
