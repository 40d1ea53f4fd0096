import type { Timing } from '@ganzhi/firmware-config/scenes/rule'
import { type Doubt, nextDoubt } from './doubt.ts'
import type { Reading } from './reading.ts'

/** What is known of a zone. It belongs to the zone, so that nobody's track has to last. */
export interface ZoneState {
  /** ms since 1970, of the last look. */
  readonly at: number
  /** That it is otherwise: an incident where there is none, or none where there is one. */
  readonly doubt?: Doubt
  /** Until there may be another incident. */
  readonly coolingMs: number
  readonly incident?: Lasting
}

/** An incident as long as it lasts. */
export interface Lasting {
  /** ms since 1970 */
  readonly begin: number
  readonly seenMs: number
  /** How much of it the camera was blind. */
  readonly unseenMs: number
  readonly visibility: 'visible' | 'unknown'
  /** The most there were at once. */
  readonly peak: number
  readonly sinceToldMs: number
}

/** What becomes known of an incident, and why now. */
export type Change =
  | { readonly phase: 'started'; readonly reason: 'confirmed' }
  | { readonly phase: 'updated'; readonly reason: 'repeat' | 'visibility' }
  | { readonly phase: 'ended'; readonly reason: 'cleared' | 'schedule' | 'withdrawn' }

export interface Look {
  /** ms since 1970 */
  readonly at: number
  /** Of a blind camera there is none. */
  readonly reading: Reading | undefined
  /** By the schedule. */
  readonly watched: boolean
  /** Not while the change before is on its way to the disk: what is due then is due at the next look. */
  readonly mayTell: boolean
}

/** A change, and the incident as it is told. */
export interface Told {
  readonly change: Change
  readonly incident: Lasting
}

export interface Step {
  readonly state: ZoneState
  readonly told?: Told
}

/** More time than this between two looks says nothing of what was in between: nor does a clock that was set on. */
export const LOOKS_APART_MS = 15_000

export function newZone(at: number): ZoneState {
  return { at, coolingMs: 0 }
}

/** What one more look makes of a zone. A clock that was set back makes no time pass. */
export function watchZone(before: ZoneState, look: Look, timing: Timing): Step {
  const passedMs = Math.max(0, look.at - before.at)
  const coolingMs = Math.max(0, before.coolingMs - passedMs)
  const now = { ...before, at: look.at, coolingMs }
  return now.incident
    ? goOn({ ...now, incident: now.incident }, look, { passedMs, timing })
    : wait(now, look, { passedMs, timing })
}

interface Passing {
  readonly passedMs: number
  readonly timing: Timing
}

function wait(
  before: ZoneState,
  { reading, watched, mayTell, at }: Look,
  { passedMs, timing }: Passing,
): Step {
  const calm: ZoneState = { at, coolingMs: before.coolingMs }
  if (!reading || !watched) return { state: calm }
  if (reading.level === 'hidden') return { state: before }
  const holds = reading.level === 'holds'
  const doubt = nextDoubt(before.doubt, holds, credited(passedMs), {
    windowMs: timing.windowSeconds * 1_000,
    least: timing.hitRatio,
  })
  if (!doubt) return { state: calm }
  const confirmed = holds && doubt.heldMs >= timing.confirmSeconds * 1_000
  if (!confirmed || before.coolingMs > 0 || !mayTell) return { state: { ...calm, doubt } }
  const seenMs = Math.max(doubt.heldMs, reading.stayedMs ?? 0)
  const incident: Lasting = {
    begin: at - seenMs,
    seenMs,
    unseenMs: 0,
    visibility: 'visible',
    peak: reading.count,
    sinceToldMs: 0,
  }
  const change = { phase: 'started', reason: 'confirmed' } as const
  return { state: { ...calm, incident }, told: { change, incident } }
}

type WithIncident = ZoneState & { readonly incident: Lasting }

function goOn(before: WithIncident, look: Look, passing: Passing): Step {
  const { reading, watched, mayTell } = look
  const state = reading ? see(before, reading, passing) : goBlind(before, passing)
  const change = dueChange(before, state, { reading, watched, timing: passing.timing })
  if (!change || !mayTell) return { state: withVisibility(state, before.incident.visibility) }
  if (change.phase === 'ended') {
    // It was over when it was first doubted.
    const seenMs = state.incident.seenMs - (change.reason === 'cleared' ? (state.doubt?.heldMs ?? 0) : 0)
    return { state: ended(state, passing.timing), told: { change, incident: { ...state.incident, seenMs } } }
  }
  const incident = { ...state.incident, sinceToldMs: 0 }
  return { state: { ...state, incident }, told: { change, incident } }
}

function see(before: WithIncident, reading: Reading, { passedMs, timing }: Passing): WithIncident {
  const { doubt: old, incident, ...rest } = before
  const hidden = reading.level === 'hidden'
  const doubt = hidden
    ? old
    : nextDoubt(old, reading.level === 'not', credited(passedMs), {
        windowMs: timing.windowSeconds * 1_000,
        least: 1 - timing.clearRatio,
      })
  return {
    ...rest,
    ...(doubt && { doubt }),
    incident: {
      ...incident,
      seenMs: incident.seenMs + (hidden ? 0 : credited(passedMs)),
      unseenMs: incident.unseenMs + (hidden ? passedMs : passedMs - credited(passedMs)),
      visibility: 'visible',
      peak: Math.max(incident.peak, reading.count),
      sinceToldMs: incident.sinceToldMs + passedMs,
    },
  }
}

/** What was doubted before the camera went blind may have been its going blind. */
function goBlind({ at, coolingMs, incident }: WithIncident, { passedMs }: Passing): WithIncident {
  return {
    at,
    coolingMs,
    incident: {
      ...incident,
      unseenMs: incident.unseenMs + passedMs,
      visibility: 'unknown',
      sinceToldMs: incident.sinceToldMs + passedMs,
    },
  }
}

function dueChange(
  { incident: before }: WithIncident,
  { doubt, incident: now }: WithIncident,
  { reading, watched, timing }: Pick<Look, 'reading' | 'watched'> & Pick<Passing, 'timing'>,
): Change | undefined {
  if (!watched) return { phase: 'ended', reason: 'schedule' }
  if (now.visibility !== before.visibility) return { phase: 'updated', reason: 'visibility' }
  const cleared = doubt !== undefined && doubt.heldMs >= timing.clearSeconds * 1_000
  if (cleared && reading?.level === 'not') return { phase: 'ended', reason: 'cleared' }
  const repeatMs = timing.repeatSeconds * 1_000
  // Of what is not seen there is nothing new to tell, nor of what may be over.
  const lasts = reading !== undefined && !doubt
  return lasts && repeatMs > 0 && now.sinceToldMs >= repeatMs
    ? { phase: 'updated', reason: 'repeat' }
    : undefined
}

/** A change of visibility that was not told is still to be told. */
function withVisibility(state: WithIncident, visibility: Lasting['visibility']): WithIncident {
  return { ...state, incident: { ...state.incident, visibility } }
}

function ended({ at }: ZoneState, timing: Timing): ZoneState {
  return { at, coolingMs: timing.coolDownSeconds * 1_000 }
}

function credited(passedMs: number): number {
  return Math.min(passedMs, LOOKS_APART_MS)
}
