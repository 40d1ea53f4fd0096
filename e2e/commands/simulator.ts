import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../simulators/main.ts', import.meta.url))

export interface Simulator extends AsyncDisposable {
  readonly port: number
  /** A fault, or `clear`. */
  say(line: string): void
  /** What a property of a unit is now, as the device itself has it. */
  truth(unit: number, property: string): Promise<unknown>
}

/** Simulated devices of one profile, told on stdin what to do. */
export async function startSimulator(profile: string, units: string): Promise<Simulator> {
  const child = spawn(
    process.execPath,
    [PROGRAM, 'modbus', '--port', '0', '--profile', `${profile}=${units}`],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  )
  const lines = createInterface(child.stdout)
  const nextLine = async () => {
    const [line] = (await once(lines, 'line')) as [string]
    return JSON.parse(line) as Record<string, unknown>
  }
  const ready = await nextLine()
  const say = (line: string) => child.stdin.write(`${line}\n`)
  return {
    port: ready['port'] as number,
    say,
    async truth(unit, property) {
      const answer = nextLine()
      say('truth')
      const { truth } = (await answer) as { truth: { unit: number; values: Record<string, unknown> }[] }
      return truth.find((each) => each.unit === unit)?.values[property]
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
