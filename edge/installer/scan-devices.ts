import { GanzhiError } from '@ganzhi/contracts/error'
import { check } from '@ganzhi/contracts/schema'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Driver, ScanStep } from '@ganzhi/device-drivers/driver'

/** Where to look; what is left out the driver chooses. */
export interface ScanRequest {
  readonly serial?: readonly string[]
  readonly baudRates?: readonly number[]
  readonly parities?: readonly string[]
  readonly hosts?: readonly string[]
  readonly port?: number
  readonly units?: readonly number[]
}

export type Found = NonNullable<ScanStep['found']>

export interface ScanDocument {
  readonly tries: number
  readonly predictedMs: number
  readonly tried: number
  readonly interrupted: boolean
  readonly found: readonly Found[]
  readonly errors: readonly { readonly trying: string; readonly code: string; readonly message: string }[]
}

export interface PreparedScan {
  readonly tries: number
  readonly predictedMs: number
  /** Tries everything; what was found until the signal aborts is what it resolves with. */
  run(options: {
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly onStep: (step: ScanStep) => void
  }): Promise<ScanDocument>
}

/** Nothing is sent before `run`, so that a person can see first what it takes. */
export function prepareScan({ id, scans }: Driver, wanted: ScanRequest): PreparedScan {
  if (!scans) {
    throw new GanzhiError(`${id} 不能扫描 has no way to look for devices`, {
      code: 'bad-input',
      blame: 'caller',
      field: 'driver',
      remedy: 'Describe the connection by hand, see --help of read.',
    })
  }
  const request = check(scans.requestSchema, wanted, 'scan')
  const { tries, predictedMs } = scans.estimate(request)
  return {
    tries,
    predictedMs,
    async run({ clock, signal, onStep }) {
      const found: Found[] = []
      const errors: ScanDocument['errors'][number][] = []
      let tried = 0
      for await (const step of scans.scan(request, { clock, signal })) {
        tried = step.tried
        if (step.found) found.push(step.found)
        if (step.error)
          errors.push({ trying: step.trying, code: step.error.code, message: step.error.message })
        onStep(step)
      }
      return { tries, predictedMs, tried, interrupted: signal.aborted, found, errors }
    },
  }
}
