import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Role, startProgram } from '../lab/role.ts'

/** One request for holding registers, as a C program would make it. */
export interface Request {
  readonly unit: number
  readonly address: number
  readonly count: number
}

export interface Libmodbus {
  /** libmodbus' own server on TCP; holding register n holds n. */
  startServer(options: { readonly delayUs: number }): Promise<Role & { readonly port: number }>
  /** libmodbus' own client: ms that one cycle of `requests` takes it, over so many seconds. */
  read(connection: Connection, requests: readonly Request[], seconds: number): Promise<number>
}

export type Connection =
  | { readonly port: number }
  /** libmodbus itself leaves no silence between a reply and the next request. */
  | { readonly path: string; readonly baudRate: number; readonly silenceMs: number }

/** What Debian's libmodbus does when C programs of a few lines use it; they are compiled into `dir`. */
export async function compileLibmodbus(dir: string): Promise<Libmodbus> {
  const server = await compile('libmodbus-server', dir)
  const reader = await compile('libmodbus-reader', dir)
  return {
    async startServer({ delayUs }) {
      const role = await startProgram(server, [`${delayUs}`], { env: {}, log: join(dir, 'libmodbus.log') })
      return Object.assign(role, { port: Number(role.facts['port']) })
    },
    async read(connection, requests, seconds) {
      const line =
        'port' in connection
          ? ['tcp', `${connection.port}`]
          : ['rtu', connection.path, `${connection.baudRate}`, `${Math.round(connection.silenceMs * 1000)}`]
      const child = spawn(reader, [`${seconds}`, ...line], { stdio: ['pipe', 'pipe', 'inherit'] })
      child.stdin.end(requests.map(({ unit, address, count }) => `${unit} ${address} ${count}\n`).join(''))
      const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
      if (code !== 0) throw new Error(`libmodbus-reader ended with ${code}`)
      const { cycles, seconds: taken } = JSON.parse(said) as { cycles: number; seconds: number }
      return (taken / cycles) * 1000
    },
  }
}

async function compile(name: string, dir: string): Promise<string> {
  const program = join(dir, name)
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url))
  const flags = ['-O2', '-Wall', '-I/usr/include/modbus', '-o', program, source, '-lmodbus']
  await promisify(execFile)('gcc', flags).catch((error: unknown) => {
    throw new Error('the yardstick needs gcc and libmodbus: apt-get install gcc libmodbus-dev', {
      cause: error,
    })
  })
  return program
}
