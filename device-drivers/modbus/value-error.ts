import { GanzhiError } from '@ganzhi/contracts/error'
import type { ModbusPoint } from '@ganzhi/contracts/profile'

/** Bytes came, and they mean no number. */
export function notANumber({ id, type }: ModbusPoint, found: string): GanzhiError {
  return new GanzhiError(`${id} is ${found}`, {
    code: 'not-a-number',
    blame: 'outside',
    field: id,
    remedy: `The device has no value now; if it never has, check type ${type} and order.`,
    retryable: true,
  })
}

export function unmapped({ id, enum: meanings = {} }: ModbusPoint, raw: number | bigint): GanzhiError {
  return new GanzhiError(`${id} is ${raw}, which its enum does not name`, {
    code: 'unmapped-value',
    blame: 'outside',
    field: id,
    remedy: `Add ${raw} to the enum of the point, which has ${Object.keys(meanings).join(', ')}.`,
    retryable: true,
  })
}

export function badValue({ id }: ModbusPoint, value: unknown, fits: string): GanzhiError {
  const shown = typeof value === 'bigint' ? String(value) : JSON.stringify(value)
  return new GanzhiError(`${shown} does not fit ${id}`, {
    code: 'bad-value',
    blame: 'caller',
    field: id,
    remedy: `Give ${fits}.`,
  })
}

export function notWritable({ id }: ModbusPoint, why: string, remedy: string): GanzhiError {
  return new GanzhiError(`${id} can't be written: ${why}`, {
    code: 'not-writable',
    blame: 'caller',
    field: id,
    remedy,
  })
}
