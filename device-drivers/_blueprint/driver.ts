import { GanzhiError, isGanzhiError } from '@ganzhi/contracts/error'
import { PropertyId } from '@ganzhi/contracts/device-id'
import Type, { type Static } from 'typebox'
import type { Driver, Link, LinkContext } from '../driver.ts'
import { type ConnectionOptions, LineConnection } from './connection.ts'
import { listenForDevices } from './listens.ts'
import { declined, resultOf } from './results.ts'
import { scans } from './scans.ts'
import { subscribe } from './subscribes.ts'

/**
 * Copy this folder to begin a driver, and take out the capabilities your protocol lacks: leaving one out of the link is
 * how a driver says so. It is in the conformance suite, and not in the registry.
 */

const closed = { additionalProperties: false } as const

/** Everything a person writes is described where it is declared: help, documents and errors are made from this. */
const Connection = Type.Object(
  {
    host: Type.Optional(Type.String({ minLength: 1, description: 'Name or address of the device' })),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: '4001 where left out' })),
    listenOn: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: 'Port for devices that dial in; 0 for a free one',
      }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 60_000, description: '1000 where left out' }),
    ),
  },
  { ...closed, description: 'One device by its host, or a port that devices dial in to' },
)
/** One connection is one device here. A bus would have `unit`, or the like. */
const Device = Type.Object({}, { ...closed, description: 'The one device on the connection' })
const Point = Type.Object(
  {
    id: PropertyId,
    name: Type.String({ pattern: '^[a-z]\\w*$', description: 'As the device calls it' }),
  },
  { ...closed, description: 'One value of the device' },
)
export type Point = Static<typeof Point>

export const blueprint: Driver<typeof Connection, typeof Device, typeof Point> = {
  id: 'blueprint',
  configSchema: Connection,
  deviceSchema: Device,
  pointSchema: Point,
  // What a schema can't say: fields that contradict each other.
  connectionFault({ host, listenOn }) {
    if ((host === undefined) !== (listenOn === undefined)) return undefined
    return {
      field: 'host',
      message: 'or listenOn is needed, not both',
      remedy: 'Give one of host and listenOn.',
    }
  },
  async open(connection, context) {
    const { host, port = 4001, listenOn, timeoutMs = 1_000 } = connection
    if (host === undefined) return await listenForDevices(listenOn ?? 0, context)
    // Nothing is sent yet: a device that is off shows in its results, and in no other way.
    return openLink({ host, port, timeoutMs }, context)
  },
  scans,
}

function openLink(options: ConnectionOptions, context: LinkContext): Link<Static<typeof Device>, Point> {
  const { clock } = context
  const connection = new LineConnection(options, context)
  const closed = new AbortController()
  return {
    reads: {
      // One request a point. A protocol that can ask for many at once merges them here; see ../modbus/plan.ts.
      plan: (_device, points) =>
        points.map((point, index) => ({
          points: [index],
          predictedMs: 1,
          request: { line: `GET ${point.name}` },
        })),
      async exchange(_device, { request }, { signal }) {
        try {
          const answer = await connection.ask(request['line'] as string, signal)
          return { results: [resultOf(answer, clock.now())] }
        } catch (error) {
          // What is wrong with the device is a result; only the caller's abort and our closing reject.
          if (signal.aborted || !isGanzhiError(error) || error.code === 'link-closed') throw error
          return { results: [{ quality: 'bad-comm', value: null, readAt: clock.now(), error }] }
        }
      },
      depth: 1,
    },
    writes: {
      async write(_device, point, value, { signal }) {
        if (typeof value !== 'number') throw badValue(point)
        const answer = await connection.ask(`SET ${point.name} ${value}`, signal)
        if (answer.kind === 'refusal') throw declined(answer)
        return { writtenAt: clock.now() }
      },
    },
    subscribes: {
      async subscribe(_device, points, { signal, onResult }) {
        const either = AbortSignal.any([signal, closed.signal])
        await subscribe(points, { signal: either, onResult }, options, context)
      },
    },
    browses: {
      async *browse(_device, { signal }) {
        const answer = await connection.ask('LIST', signal)
        if (answer.kind !== 'list') return
        for (const name of answer.names)
          yield { id: name, name, point: { id: name, name }, hasChildren: false }
      },
    },
    async [Symbol.asyncDispose]() {
      closed.abort()
      await connection[Symbol.asyncDispose]()
    },
  }
}

function badValue({ name }: Point): GanzhiError {
  return new GanzhiError(`${name} takes a number`, {
    code: 'bad-value',
    blame: 'caller',
    field: 'value',
    remedy: 'Give a number.',
  })
}
