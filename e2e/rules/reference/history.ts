import type { CaseRule, Condition, Input, Sample, Single, Value } from '../cases/rule-case.ts'
import type { Alteration } from './alteration.ts'
import { type Instant, instantAt } from './timeline.ts'
import { propertiesOf, type Usability, usability } from './usable.ts'

interface Arrival {
  readonly index: number
  readonly input: Input
  readonly active: boolean
}

/** All of one device that a condition can look back on. */
export interface History {
  readonly rule: CaseRule
  readonly attributes: Readonly<Record<string, number>>
  readonly timeline: readonly Instant[]
  /** The instants of the timeline at which there is an input. */
  readonly arrivals: readonly Arrival[]
  readonly alteration: Alteration | undefined
}

export function arrivalsIn(timeline: readonly Instant[]): Arrival[] {
  return timeline.flatMap(({ input, active }, index) => (input ? { index, input, active } : []))
}

type Reach = Extract<Input, { kind: 'reach' }>
export type Incident = Extract<Input, { kind: 'event' }>

export function isOpening(timeline: readonly Instant[], index: number): boolean {
  const { step, active } = instantAt(timeline, index)
  return step === 'schedule' && active
}

/** What came to the device up to an instant, whether a span was open or not. */
export function inputsUpTo(history: History, index: number): Input[] {
  return history.arrivals.filter((arrival) => arrival.index <= index).map(({ input }) => input)
}

/** What the rule took of it from the instant `from` on, while a span was open. */
export function inputsTaken({ arrivals }: History, from: number, index: number): Input[] {
  return arrivals
    .filter((arrival) => arrival.active && arrival.index >= from && arrival.index <= index)
    .map(({ input }) => input)
}

/**
 * Samples a condition has taken from the instant `from` up to `index`. Where a span opens these are, first of all, the
 * last usable values of its properties, as if they had come at that moment (9).
 */
export function samplesTaken(history: History, condition: Single, from: number, index: number): Sample[] {
  const { timeline, rule, alteration } = history
  const properties = propertiesOf(condition, rule)
  const known =
    isOpening(timeline, from) && alteration !== 'spans-forget'
      ? properties.flatMap((property) => {
          const last = samplesOf(inputsUpTo(history, from), property).findLast(
            (sample) => usabilityIn(history, condition, sample) === 'usable',
          )
          return last ? { ...last, at: instantAt(timeline, from).at } : []
        })
      : []
  const came = inputsTaken(history, from, index)
    .filter((input) => input.kind === 'sample')
    .filter(({ property }) => properties.includes(property))
  return [...known, ...came]
}

export function usableTaken(history: History, condition: Single, from: number, index: number): Sample[] {
  return samplesTaken(history, condition, from, index).filter(
    (sample) => usabilityIn(history, condition, sample) === 'usable',
  )
}

export function usabilityIn({ alteration }: History, condition: Condition, sample: Sample): Usability {
  const used = alteration === 'unusable-is-used' ? { ...sample, quality: 'good' as const } : sample
  return usability(condition, used)
}

export function samplesOf(inputs: readonly Input[], property: string | undefined): Sample[] {
  return inputs.filter((input) => input.kind === 'sample').filter((sample) => sample.property === property)
}

/** The newest usable value of each property that a condition is about, since ever. */
export function valuesKnown(history: History, condition: Single, index: number): Map<string, Value> {
  const samples = inputsUpTo(history, index).filter((input) => input.kind === 'sample')
  const usable = samples.filter((sample) => usabilityIn(history, condition, sample) === 'usable')
  return new Map(usable.map(({ property, value }) => [property, value]))
}

/** The last word on whether its gateway is heard; none where it was never away. */
export function reachAt({ arrivals }: History, index: number): Reach | undefined {
  const words = arrivals.filter((arrival) => arrival.index <= index).map(({ input }) => input)
  return words.filter((input) => input.kind === 'reach').at(-1)
}

export function incidentsOf(inputs: readonly Input[], type: string): Incident[] {
  return inputs.filter((input) => input.kind === 'event').filter((event) => event.type === type)
}
