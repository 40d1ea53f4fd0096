import { once } from 'node:events'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { PointTable } from '@ganzhi/contracts/point-table'
import { type Role, startRole } from './role.ts'

/** A running agent, and the socket on which local programs talk to it. */
export interface Agent extends AsyncDisposable {
  readonly pid: number
  /** One question of `edge/intake/submission.ts`. */
  ask(question: object): Promise<Answer>
  /** Takes over other fields of `gateway.yaml`, while it runs. */
  reconfigure(config: object): Promise<void>
}

/** An agent that is handed readings by local programs. */
export interface BenchGateway extends AsyncDisposable {
  readonly name: string
  readonly pid: number
  /** One reading of every point, read at `at`; resolves when the agent has accepted it. */
  submit(at: number, hundredths: ArrayLike<number>): Promise<void>
  /** Until the database has all that was accepted. */
  untilReceipted(): Promise<void>
}

interface Answer {
  readonly id: number
  readonly error?: { readonly message: string }
  readonly lanes?: readonly { readonly head: number; readonly receipted: number }[]
  readonly [field: string]: unknown
}

interface AgentOptions {
  readonly dir: string
  readonly name: string
  readonly natsUrl: string
  /** Further fields of `gateway.yaml`. */
  readonly config?: object
}

export async function startAgent({ dir, name, natsUrl, config = {} }: AgentOptions): Promise<Agent> {
  await using stack = new AsyncDisposableStack()
  const data = join(dir, name)
  const file = join(dir, `${name}.json`)
  await mkdir(data, { recursive: true })
  const write = async (fields: object) => {
    // YAML takes JSON as it is.
    const text = JSON.stringify({ gateway: name, nats: { servers: [natsUrl] }, data, ...fields })
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
  }
  await write(config)
  const role: Role = stack.use(
    await startRole(['edge/main.ts', 'run', '--config', file], {
      env: { NATS_URL: natsUrl },
      log: join(dir, `${name}.log`),
    }),
  )
  const socket = connect(join(data, 'intake.sock'))
  await once(socket, 'connect')
  stack.defer(() => void socket.destroy())
  const ask = askThrough(socket)
  const owned = stack.move()
  return {
    pid: role.pid,
    ask,
    async reconfigure(fields) {
      await write(fields)
      role.process.kill('SIGHUP')
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export async function startGateway({
  table,
  ...options
}: AgentOptions & { readonly table: PointTable }): Promise<BenchGateway> {
  const agent = await startAgent(options)
  return {
    name: options.name,
    pid: agent.pid,
    async submit(at, hundredths) {
      const readings = table.points.map((point, slot) => ({
        ...point,
        at,
        quality: 'good',
        value: (hundredths[slot] as number) / 100,
      }))
      await agent.ask({ readings })
    },
    async untilReceipted() {
      for (;;) {
        const { lanes } = await agent.ask({ status: true })
        if (lanes?.every(({ head, receipted }) => receipted === head) === true) return
        await pause(10)
      }
    },
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
  }
}

/** Answers bear the number of their question and come in any order. */
function askThrough(socket: Socket): (question: object) => Promise<Answer> {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  let last = 0
  createInterface({ input: socket }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.error) asked?.reject(new Error(answer.error.message))
    else asked?.resolve(answer)
  })
  return (question) => {
    const id = ++last
    const asked = Promise.withResolvers<Answer>()
    waiting.set(id, asked)
    socket.write(`${JSON.stringify({ id, ...question })}\n`)
    return asked.promise
  }
}
