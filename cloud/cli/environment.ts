import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the command line takes from its environment, and from nowhere else. */
export interface CliEnvironment {
  readonly password: string | undefined
  /** Where the session of this user is kept. */
  readonly sessionFile: string
}

export function cliEnvironment(env: NodeJS.ProcessEnv = process.env): CliEnvironment {
  const config = env['XDG_CONFIG_HOME'] || join(homedir(), '.config')
  return {
    password: env['GANZHI_PASSWORD'] || undefined,
    sessionFile: join(config, 'ganzhi', 'session.json'),
  }
}
