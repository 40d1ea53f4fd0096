import { modelCommandLine } from './command-line.ts'

/** Runs a command, and tells what it said; for tests. `@name` is that file of the folder. */
export async function runInFolder(
  dir: string,
  args: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const terminal = {
    out: (text: string) => void (said.out += `${text}\n`),
    err: (text: string) => void (said.err += `${text}\n`),
  }
  const code = await modelCommandLine(
    args.map((arg) => arg.replace(/^@/, `${dir}/`)),
    { terminal, signal: AbortSignal.timeout(60_000) },
  )
  return { code, ...said }
}
