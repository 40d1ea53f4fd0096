import type { ModbusPoint } from '@ganzhi/contracts/profile'
import type { Value } from '@ganzhi/contracts/reading'
import { exceptionError } from './exception.ts'
import type { MaskRegister, Request, WriteCoil, WriteRegister } from './request.ts'
import type { Unit } from './unit.ts'
import type { Answer } from './wire.ts'
import { writeRequest } from './write-request.ts'

const UNKNOWN_FUNCTION = 1

/** Sets one point, by the shortest function that the unit has. */
export async function writePoint(
  unit: Unit,
  point: ModbusPoint,
  value: Value,
  signal: AbortSignal,
): Promise<{ writtenAt: number }> {
  const request = writeRequest(unit.number, point, value)
  const other = otherWay(request)
  if (!other) return await done(unit, request, signal)
  if (!unit.lacks(other.lack)) {
    const answer = await unit.ask(request, signal)
    // Nothing was done: it does not know the function.
    if (answer.kind !== 'exception' || answer.code !== UNKNOWN_FUNCTION) return acknowledged(answer, request)
    unit.learnLack(other.lack)
  }
  return await done(unit, await other.request(unit, signal), signal)
}

interface OtherWay {
  readonly lack: (MaskRegister | WriteRegister | WriteCoil)['kind']
  request(unit: Unit, signal: AbortSignal): Promise<Request> | Request
}

/** For a unit that lacks the shortest function. */
function otherWay(request: Request): OtherWay | undefined {
  switch (request.kind) {
    case 'mask-register':
      return { lack: request.kind, request: (unit, signal) => modified(unit, request, signal) }
    case 'write-register':
      return { lack: request.kind, request: () => ({ ...request, kind: 'write-registers' }) }
    case 'write-coil': {
      const { unit, address, on } = request
      return { lack: request.kind, request: () => ({ kind: 'write-coils', unit, address, on: [on] }) }
    }
    case 'read':
    case 'write-coils':
    case 'write-registers':
    case 'read-write':
      return undefined
  }
}

/** MAP 6.16, done here: not in one step, so what another master sets in between is lost. */
async function modified(
  unit: Unit,
  { address, and, or }: MaskRegister,
  signal: AbortSignal,
): Promise<Request> {
  const read = { kind: 'read', unit: unit.number, table: 'holding', address, count: 1 } as const
  const answer = await unit.ask(read, signal)
  if (answer.kind === 'exception') throw exceptionError(answer.code, read)
  const [high = 0, low = 0] = answer.bytes
  const register = (((high << 8) | low) & and) | (or & ~and)
  const bytes = Uint8Array.of(register >> 8, register & 0xff)
  const kind = unit.lacks('write-register') ? 'write-registers' : 'write-register'
  return { kind, unit: unit.number, address, bytes }
}

async function done(unit: Unit, request: Request, signal: AbortSignal): Promise<{ writtenAt: number }> {
  return acknowledged(await unit.ask(request, signal), request)
}

function acknowledged(answer: Answer, request: Request): { writtenAt: number } {
  if (answer.kind === 'exception') throw exceptionError(answer.code, request)
  return { writtenAt: answer.at }
}
