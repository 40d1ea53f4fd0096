import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadProfiles, loadProfilesWith, PROFILE_FOLDER } from './profile-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profiles-'))
  await mkdir(join(folder, 'acme'))
})
afterEach(() => rm(folder, { recursive: true }))

test('every profile that comes with the platform loads, and can be read by some protocol', async () => {
  const profiles = await loadProfiles()
  expect(profiles.size).toBeGreaterThanOrEqual(3)
  const complaints = [...profiles.values()].flatMap((profile) => {
    const readable = new Set(profile.protocols.modbus?.points.map(({ id }) => id))
    const unreadable = profile.properties.filter(({ id, access }) => access !== 'w' && !readable.has(id))
    const unsourced = profile.maker !== 'Ganzhi' && profile.source === undefined
    return [...unreadable.map(({ id }) => `${profile.id}: ${id}`), ...(unsourced ? [profile.id] : [])]
  })
  expect(complaints).toEqual([])
})

test('bad files are named, all of them, with the line and field of every fault', async () => {
  await writeFile(join(folder, 'acme', 'm1.yaml'), 'id: acme/m1\nversion: 0\n')
  await writeFile(join(folder, 'acme', 'm2.yaml'), 'id: [\n')
  const refused = expect.objectContaining({
    message: expect.stringMatching(/acme\/m1\.yaml:2:1: version[^]*acme\/m2\.yaml:/) as string,
  }) as Error
  await expect(loadProfiles(folder)).rejects.toThrow(refused)
})

test('a file must stand where its id says', async () => {
  const text = await readFile(join(PROFILE_FOLDER, 'aquaread', 'leveline.yaml'), 'utf8')
  await writeFile(join(folder, 'acme', 'm1.yaml'), text)
  await expect(loadProfiles(folder)).rejects.toThrow(/aquaread\/leveline/)
})

test("an installer's own profiles come beside those of the platform, and may not take their ids", async () => {
  const text = await readFile(join(PROFILE_FOLDER, 'aquaread', 'leveline.yaml'), 'utf8')
  const own = join(folder, 'acme', 'm1.yaml')
  await writeFile(own, text.replace('id: aquaread/leveline', 'id: acme/m1'))
  const profiles = await loadProfilesWith(folder)
  expect(profiles.has('acme/m1')).toBe(true)
  expect(profiles.has('aquaread/leveline')).toBe(true)
  await mkdir(join(folder, 'aquaread'))
  const taken = join(folder, 'aquaread', 'leveline.yaml')
  await writeFile(taken, text)
  await expect(loadProfilesWith(folder)).rejects.toThrow(
    `${taken} and ${join(PROFILE_FOLDER, 'aquaread', 'leveline.yaml')}`,
  )
})
