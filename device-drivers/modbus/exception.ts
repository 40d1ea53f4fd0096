import { GanzhiError } from '@ganzhi/contracts/error'
import type { Request } from './request.ts'
import { noAnswer } from './wire-error.ts'

/** MAP 7: what the codes of an exception reply mean. */
const MEANING: Record<number, string> = {
  1: 'does not know this function',
  2: 'has no such address',
  3: 'does not take this length or value',
  4: 'failed at it',
  5: 'is still at it',
  6: 'is busy',
  8: 'found its memory damaged',
}

/** MAP 7: a gateway found no path to the unit, or the unit did not answer it. */
export function isGatewaySilence(code: number): boolean {
  return code === 10 || code === 11
}

export function exceptionError(code: number, request: Request): GanzhiError {
  const what = describe(request)
  if (isGatewaySilence(code)) return noAnswer(`the gateway reports no answer to ${what}`)
  const declined = code <= 3
  return new GanzhiError(`the device ${MEANING[code] ?? 'refused'} (exception ${code}): ${what}`, {
    code: declined ? 'declined' : 'device-failure',
    blame: declined ? 'caller' : 'outside',
    field: declined ? 'address' : 'unit',
    remedy: declined
      ? 'Compare table, address and type with the manual; many count from 1 where the wire counts from 0.'
      : 'Look at the device; it is asked again by itself.',
    retryable: !declined,
  })
}

/** As a person would say it: `holding 40, 12 long`. */
export function describe(request: Request): string {
  const { kind, address } = request
  switch (kind) {
    case 'read':
      return `${request.table} ${address}, ${request.count} long`
    case 'write-coil':
      return `write of coil ${address}`
    case 'write-coils':
      return `write of coil ${address}, ${request.on.length} long`
    case 'write-register':
      return `write of holding ${address}`
    case 'write-registers':
      return `write of holding ${address}, ${request.bytes.length / 2} long`
    case 'mask-register':
      return `masked write of holding ${address}`
    case 'read-write':
      return `write of holding ${request.write.address} that reads it back`
  }
}
