export interface SerialLine {
  readonly baudRate: number
  readonly dataBits: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}

/** How long one character takes: start bit, data, parity, stop. */
export function charMs({ baudRate, dataBits, parity, stopBits }: SerialLine): number {
  return ((1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) / baudRate) * 1_000
}

/** Serial Line 2.5.1.1: 3.5 characters of silence end a frame; above 19200 baud 1.75 ms. */
export function silenceMs(line: SerialLine): number {
  return line.baudRate > 19_200 ? 1.75 : 3.5 * charMs(line)
}
