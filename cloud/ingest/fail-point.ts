import { Writable } from 'node:stream'
import { GanzhiError } from '@ganzhi/contracts/error'
import type { PoolClient } from 'pg'

/**
 * For fault tests only, and inert unless GANZHI_FAULT_LAB=1.
 *
 *   GANZHI_FAILPOINT=<step>:<kill|freeze>[:<nth>]   at the nth pass of the step the process ends or stops itself
 *   GANZHI_DEFECT=<defect>                          plants a defect, to show that the tests' oracle sees it
 */
const STEPS = [
  'fetched',
  'began',
  'keys-inserted',
  'copying',
  'copied',
  'table-stored',
  'before-commit',
  'committed',
  'acked-some',
  'acked',
  'before-receipt',
  'receipted',
  'notices-taken',
  'notices-told',
  'notices-committed',
] as const
export type Step = (typeof STEPS)[number]

const DEFECTS = ['no-ledger', 'ack-before-commit'] as const
export type Defect = (typeof DEFECTS)[number]

/** Called at each pass of a step. */
export type FailPoint = (step: Step) => void
export const noFailPoint: FailPoint = () => {}

export interface FaultLab {
  readonly failPoint: FailPoint
  /** The step that the process is to fail at. */
  readonly armed: Step | undefined
  readonly defect: Defect | undefined
}

const NO_FAULTS: FaultLab = { failPoint: noFailPoint, armed: undefined, defect: undefined }
const SIGNALS = { kill: 'SIGKILL', freeze: 'SIGSTOP' } as const

export function openFaultLab(
  env: Readonly<Record<string, string | undefined>>,
  fail: (step: Step, signal: 'SIGKILL' | 'SIGSTOP') => void,
): FaultLab {
  if (env['GANZHI_FAULT_LAB'] !== '1') return NO_FAULTS
  const [armed, how, nth = '1'] = (env['GANZHI_FAILPOINT'] ?? '').split(':')
  const step = oneOf(STEPS, armed, 'GANZHI_FAILPOINT')
  const signal = how === 'freeze' ? SIGNALS.freeze : SIGNALS.kill
  let left = Number(nth)
  return {
    armed: step,
    failPoint: (passed) => {
      if (passed === step && --left === 0) fail(passed, signal)
    },
    defect: oneOf(DEFECTS, env['GANZHI_DEFECT'], 'GANZHI_DEFECT'),
  }
}

function oneOf<T extends string>(
  known: readonly T[],
  name: string | undefined,
  field: string,
): T | undefined {
  if (!name) return undefined
  const found = known.find((candidate) => candidate === name)
  if (found) return found
  throw new GanzhiError(`${field}: "${name}" is none of ${known.join(', ')}`, {
    code: 'bad-input',
    blame: 'caller',
    field,
  })
}

/** So long a COPY's rows take to reach the server. */
const UNDER_WAY_MS = 50

/** A client that passes `copying` while a COPY is open: its rows have gone out, its end has not. */
export function passWhileCopying(client: PoolClient, lab: FaultLab): PoolClient {
  if (lab.armed !== 'copying') return client
  const query = (...args: Parameters<PoolClient['query']>): unknown => {
    const [copy] = args as unknown[]
    if (copy instanceof Writable && copy._final) {
      const end = copy._final.bind(copy)
      copy._final = (done) => {
        setTimeout(() => {
          lab.failPoint('copying')
          end(done)
        }, UNDER_WAY_MS)
      }
    }
    return client.query(...args)
  }
  return new Proxy(client, {
    get: (target, name): unknown => (name === 'query' ? query : Reflect.get(target, name, target)),
  })
}
