import type { Telling } from './telling.ts'

/** By what is told together: when the next of it is told. */
export type Gates = ReadonlyMap<string, number>

/** Of one kind, rule and area, or gateway where there is none. */
export function tellingKey({ kind, escalation, withheldBy, episode: { subject } }: Telling): string {
  const { key, rule, place, target } = subject
  return JSON.stringify([kind, escalation?.step, rule.id, place?.id ?? target.gateway ?? key, withheldBy])
}

const URGENT: ReadonlySet<Telling['kind']> = new Set(['raised', 'graver', 'escalated'])

/** What is urgent is told at once, and what follows it together; the rest waits for others of its kind. */
export function gateOf(
  { kind, withheldBy }: Telling,
  gate: number | undefined,
  now: number,
  windowMs: number,
): { opensAt: number; opensAgainAt: number } {
  const isUrgent = URGENT.has(kind) && withheldBy === null
  return { opensAt: gate ?? (isUrgent ? now : now + windowMs), opensAgainAt: isUrgent ? now + windowMs : now }
}
