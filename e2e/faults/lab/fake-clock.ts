import { access, writeFile } from 'node:fs/promises'

const DIRECTORIES = [
  '/usr/lib/x86_64-linux-gnu/faketime',
  '/usr/lib/aarch64-linux-gnu/faketime',
  '/usr/lib/faketime',
]

/** The wall clock of one program; its timers run on. */
export interface FakeClock {
  readonly env: NodeJS.ProcessEnv
  /** As libfaketime has it: `-2h`, `+2h`, `@2099-01-01 00:00:00`, `+0` for the true time. */
  set(time: string): Promise<void>
}

export async function openFakeClock(file: string): Promise<FakeClock> {
  const set = (time: string) => writeFile(file, `${time}\n`)
  await set('+0')
  return {
    set,
    env: {
      LD_PRELOAD: (await findLibrary()) ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  }
}

/** Why not, where it can't be done. */
export async function withoutFakeClock(): Promise<string | undefined> {
  return (await findLibrary()) === undefined ? 'libfaketime is missing (apt-get install faketime)' : undefined
}

async function findLibrary(): Promise<string | undefined> {
  for (const directory of DIRECTORIES) {
    const library = `${directory}/libfaketimeMT.so.1`
    const found = await access(library).then(
      () => true,
      () => false,
    )
    if (found) return library
  }
  return undefined
}
