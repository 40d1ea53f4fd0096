import type { Clock } from '../clock.ts'

/** Clauses are those of "MODBUS over Serial Line V1.02" (MSL). */

export interface LineSettings {
  readonly baudRate: number
  readonly parity: 'none' | 'even' | 'odd'
  readonly dataBits: 7 | 8
  readonly stopBits: 1 | 2
}

export interface LineTiming {
  /** Of one character. */
  readonly byteMs: number
  /** t3.5: the least silence between two frames. */
  readonly silenceMs: number
}

/** MSL 2.5.1.1: from this rate on the silence is fixed, as interrupts could not keep up. */
const FAST_BAUD = 19_200
const FAST_SILENCE_MS = 1.75

export function lineTiming({ baudRate, parity, dataBits, stopBits }: LineSettings): LineTiming {
  const bits = 1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits
  const byteMs = (bits * 1_000) / baudRate
  return { byteMs, silenceMs: baudRate > FAST_BAUD ? FAST_SILENCE_MS : 3.5 * byteMs }
}

/**
 * Resolves at `due` of the steady clock, and not a whole timer tick later: at 19200 baud the silence is two ticks,
 * and one more would be a tenth of an exchange.
 */
export async function until(due: number, clock: Clock): Promise<void> {
  const whole = Math.floor(due - clock.elapsed()) - 1
  if (whole > 0) await new Promise<void>((resolve) => void clock.after(whole, resolve))
  while (clock.elapsed() < due) await new Promise((resolve) => setImmediate(resolve))
}
