import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface PostgresAccount {
  /** What to put before a command so that PostgreSQL doesn't see root. */
  readonly under: readonly string[]
  /** Who must own the data directory. */
  readonly uid: number
  readonly gid: number
}

const NOBODY = 65534
const CAP_DAC_OVERRIDE = 1n
const CAP_DAC_READ_SEARCH = 2n

/**
 * PostgreSQL refuses to run as root. In a user namespace of its own it sees itself as nobody while the files stay
 * root's; where namespaces are not allowed it runs as the user postgres.
 */
export async function postgresAccount(): Promise<PostgresAccount> {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  if (uid !== 0) return { under: [], uid, gid }

  const namespace = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`]
  if (await succeeds([...namespace, 'true'])) return { under: namespace, uid, gid }

  return await userPostgres()
}

async function userPostgres(): Promise<PostgresAccount> {
  const found = (await findUser('postgres')) ?? (await makeUser('postgres'))
  return {
    under: [
      'setpriv',
      `--reuid=${found.uid}`,
      `--regid=${found.gid}`,
      '--clear-groups',
      ...(await reachCapability()),
    ],
    ...found,
  }
}

async function findUser(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

async function makeUser(name: string): Promise<{ uid: number; gid: number }> {
  const options = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
  await run('useradd', [...options, '--home-dir', '/nonexistent', name])
  const made = await findUser(name)
  if (!made) throw new Error(`useradd made no user ${name}`)
  return made
}

/**
 * A checkout below /root can't be reached by anyone else. One ambient capability lets PostgreSQL search and read its
 * way there, so nothing has to be copied elsewhere; containers often hold only the second of the two.
 */
async function reachCapability(): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'utf8')
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  const has = (capability: bigint) => ((held >> capability) & 1n) === 1n
  const name = has(CAP_DAC_READ_SEARCH)
    ? 'dac_read_search'
    : has(CAP_DAC_OVERRIDE)
      ? 'dac_override'
      : undefined
  // initdb asks access(2) about its server, which leaves capabilities out of account but for this bit.
  return name
    ? ['--securebits=+no_setuid_fixup', `--inh-caps=-all,+${name}`, `--ambient-caps=-all,+${name}`]
    : []
}

async function succeeds([file = '', ...args]: readonly string[]): Promise<boolean> {
  return run(file, args).then(
    () => true,
    () => false,
  )
}
