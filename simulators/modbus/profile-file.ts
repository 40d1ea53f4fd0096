import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GanzhiError } from '@ganzhi/contracts/error'
import { Profile } from '@ganzhi/contracts/profile'
import { check } from '@ganzhi/contracts/schema'
import { parse } from 'yaml'

const PROFILES = join(import.meta.dirname, '..', '..', 'firmware-config', 'profiles')

/** A profile of the platform by its id, or any other by its path. */
export async function readProfile(name: string): Promise<Profile> {
  const path = /\.ya?ml$/.test(name) ? name : join(PROFILES, `${name}.yaml`)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refused(
      `can't read ${path}`,
      'Give the id of a profile under firmware-config/profiles, or a path.',
      cause,
    )
  })
  const profile = check(Profile, parse(text), name)
  if (profile.protocols.modbus) return profile
  throw refused(`${name} has no modbus section`, 'Choose a profile with protocols.modbus.')
}

function refused(message: string, remedy: string, cause?: unknown): GanzhiError {
  return new GanzhiError(message, { code: 'bad-input', blame: 'caller', field: 'profile', remedy, cause })
}
