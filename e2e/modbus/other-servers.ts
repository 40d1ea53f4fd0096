import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type Server, startServer } from './server.ts'

const BAUD = 115_200

/** A Modbus server that others have written. */
export interface OtherServer {
  readonly name: string
  /** Why it can't be had on this machine. */
  readonly missing?: string
  readonly start: () => Promise<Served>
}

export interface Served extends AsyncDisposable {
  readonly connection: object
}

/** Debian's pymodbus and libmodbus, each over TCP and over RTU through a pair of ptys; `folder` takes what is compiled. */
export function otherServers(folder: string): OtherServer[] {
  const python = pythonWith('pymodbus')
  const pymodbus = [python ?? '', join(import.meta.dirname, 'pymodbus-server.py')]
  const noPython =
    python === undefined ? 'no python3 with pymodbus: apt-get install python3-pymodbus' : undefined
  const libmodbus = join(folder, 'libmodbus-server')
  const noLibmodbus = compiled(libmodbus)
    ? undefined
    : 'no gcc with libmodbus: apt-get install gcc libmodbus-dev'
  const noPair = pythonWith('select') === undefined ? 'no python3 for a pair of ptys' : undefined
  return [
    server('pymodbus over TCP', noPython, () => overTcp(pymodbus)),
    server('pymodbus over RTU', noPython, () => overRtu(pymodbus)),
    server('libmodbus over TCP', noLibmodbus, () => overTcp([libmodbus])),
    server('libmodbus over RTU', noLibmodbus ?? noPair, () => overRtu([libmodbus])),
  ]
}

function server(name: string, missing: string | undefined, start: () => Promise<Served>): OtherServer {
  return { name, start, ...(missing === undefined ? {} : { missing }) }
}

async function overTcp(command: readonly string[]): Promise<Served> {
  const started = await startServer([...command, 'tcp'])
  return owned([started], { host: '127.0.0.1', port: started.ready['port'] })
}

async function overRtu(command: readonly string[]): Promise<Served> {
  const pair = await startServer([pythonWith('select') ?? '', join(import.meta.dirname, 'pty-pair.py')])
  const started = await startServer([...command, 'rtu', String(pair.ready['server']), String(BAUD)])
  return owned([started, pair], { path: pair.ready['client'], baudRate: BAUD })
}

function owned(servers: readonly Server[], connection: object): Served {
  return {
    connection,
    async [Symbol.asyncDispose]() {
      for (const each of servers) await each[Symbol.asyncDispose]()
    },
  }
}

/** Debian's own python has Debian's packages; another may stand before it on the PATH. */
function pythonWith(module: string): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', `import ${module}`]).status === 0,
  )
}

function compiled(to: string): boolean {
  const source = join(import.meta.dirname, 'libmodbus-server.c')
  const flags = ['-I/usr/include/modbus', '-lmodbus']
  return spawnSync('gcc', ['-O1', '-o', to, source, ...flags]).status === 0
}
