import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiUnderTest, openApiUnderTest } from '../api/api-under-test.ts'
import { type CliCommand, commandLine } from './command-line.ts'
import type { Terminal } from './terminal.ts'

/** For tests: somebody who has logged in, and types commands. */
export interface CliUnderTest extends AsyncDisposable {
  readonly api: ApiUnderTest
  /** Answers with the exit code, and what was told. */
  run(command: CliCommand, ...args: readonly string[]): Promise<{ code: number; out: string; err: string }>
  /** A file of this name, for a command to read. */
  fileOf(name: string, content: string | Uint8Array): Promise<string>
}

const WITHIN_MS = 120_000

/** `asking` is how questions are answered, where they can be asked. */
export async function openCliUnderTest(
  startServer: Parameters<typeof openApiUnderTest>[0],
  asking: () => Terminal['ask'] = () => undefined,
): Promise<CliUnderTest> {
  await using begun = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'ganzhi-cli-'))
  begun.defer(() => rm(dir, { recursive: true, force: true }))
  const api = begun.use(await openApiUnderTest(startServer))
  const environment = { password: undefined, sessionFile: join(dir, 'session.json') }

  const run: CliUnderTest['run'] = async (command, ...args) => {
    const told = { out: '', err: '' }
    const ask = asking()
    const terminal: Terminal = {
      out: (text) => void (told.out += `${text}\n`),
      err: (text) => void (told.err += `${text}\n`),
      secret: () => Promise.resolve(api.login.password),
      ...(ask && { ask }),
    }
    const signal = AbortSignal.timeout(WITHIN_MS)
    const code = await commandLine(command, args, { terminal, environment, signal })
    return { code, ...told }
  }

  await run('login', '--url', api.url, '--name', 'admin')
  const owned = begun.move()
  return {
    api,
    run,
    async fileOf(name, content) {
      const file = join(dir, name)
      await writeFile(file, content)
      return file
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
