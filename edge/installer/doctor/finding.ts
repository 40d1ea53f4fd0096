/** One thing that was looked at, and what to do about it. */
export interface Finding {
  /**
   * Stable, for programs: `node`, `config`, `data`, `serial`, `tcp`, `nats`, `clock`, `learnt`, `profiles`,
   * `ffmpeg`, `model`, `camera`.
   */
  readonly check: string
  readonly state: 'ok' | 'warn' | 'bad'
  readonly found: string
  readonly remedy?: string
}

export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found }
}

export function warn(check: string, found: string, remedy: string): Finding {
  return { check, state: 'warn', found, remedy }
}

export function bad(check: string, found: string, remedy: string): Finding {
  return { check, state: 'bad', found, remedy }
}
