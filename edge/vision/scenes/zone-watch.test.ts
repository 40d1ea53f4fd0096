import type { Timing } from '@ganzhi/firmware-config/scenes/rule'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from './reading.ts'
import { type Change, type Lasting, type Look, newZone, watchZone, type ZoneState } from './zone-watch.ts'

const TIMING: Timing = {
  confirmSeconds: 30,
  hitRatio: 0.6,
  windowSeconds: 10,
  clearSeconds: 60,
  clearRatio: 0.2,
  coolDownSeconds: 300,
  repeatSeconds: 0,
}
const START = Date.UTC(2026, 10, 21, 8)

function reading(level: Reading['level'], more: Partial<Reading> = {}): Reading {
  const count = level === 'not' ? 0 : 9
  return {
    zone: { id: 'square' },
    variant: undefined,
    level,
    things: [],
    count,
    score: 0.8,
    why: {},
    ...more,
  }
}

/** When, in seconds from the start, and what. */
type Told = readonly [second: number, what: Change]

class Zone {
  state: ZoneState = newZone(START)
  told: Told[] = []
  last: Lasting | undefined
  readonly #timing: Timing

  constructor(timing: Partial<Timing> = {}) {
    this.#timing = { ...TIMING, ...timing }
  }

  look(at: number, look: Partial<Look>): void {
    const step = watchZone(
      this.state,
      { at, reading: reading('not'), watched: true, mayTell: true, ...look },
      this.#timing,
    )
    this.state = step.state
    this.last = step.told?.incident ?? this.last
    if (step.told) this.told.push([(at - START) / 1_000, step.told.change])
  }

  /** A look a second: H holds, k keeps, . not, ? hidden, B blind, s not on the schedule, x while an event is on its way. */
  see(letters: string, from = (this.state.at - START) / 1_000 + 1): this {
    const levels = { H: 'holds', k: 'keeps', '.': 'not', '?': 'hidden' } as const
    for (const [i, letter] of [...letters].entries()) {
      const at = START + (from + i) * 1_000
      if (letter === 'B') this.look(at, { reading: undefined })
      else if (letter === 's') this.look(at, { reading: reading('holds'), watched: false })
      else if (letter === 'x') this.look(at, { reading: reading('holds'), mayTell: false })
      else this.look(at, { reading: reading(levels[letter as keyof typeof levels]) })
    }
    return this
  }

  get phases(): string {
    return this.told.map(([second, { phase, reason }]) => `${second} ${phase} ${reason}`).join(', ')
  }
}

describe('a zone', () => {
  it('has an incident when its rule has held for the time to confirm, begun when it began to hold', () => {
    const zone = new Zone().see('.....' + 'H'.repeat(40))
    expect(zone.phases).toBe('36 started confirmed')
    expect(zone.state.incident?.begin).toBe(START + 6_000)
  })

  it('has none of what holds in less than its share of looks', () => {
    expect(new Zone().see('H.'.repeat(200)).phases).toBe('')
    expect(new Zone().see('HHHH.'.repeat(20)).phases).toMatch(/^3\d started/)
  })

  it('has none of passers-by that come again and again', () => {
    expect(new Zone().see(('H'.repeat(20) + '.'.repeat(12)).repeat(20)).phases).toBe('')
  })

  it('keeps its incident while less is seen than begins one, and over gaps', () => {
    const zone = new Zone().see(
      'H'.repeat(40) + 'k'.repeat(300) + ('.'.repeat(30) + 'k'.repeat(10)).repeat(5),
    )
    expect(zone.phases).toBe('31 started confirmed')
  })

  it('ends it when nothing was seen for the time to clear, and says how long it lasted', () => {
    const zone = new Zone().see('H'.repeat(100) + '.'.repeat(100))
    expect(zone.phases).toBe('31 started confirmed, 161 ended cleared')
    expect(zone.last?.seenMs).toBe(100_000)
  })

  it('has no other one until it has cooled down', () => {
    const zone = new Zone().see('H'.repeat(40) + '.'.repeat(70) + 'H'.repeat(400))
    const [, [ended], [again]] = zone.told as [Told, Told, Told]
    expect(again - ended).toBe(300)
  })

  it('is told of again at each interval while it lasts, and not while it may be over', () => {
    const zone = new Zone({ repeatSeconds: 30 }).see('H'.repeat(100) + '.'.repeat(50) + 'H'.repeat(20))
    expect(zone.phases).toBe('31 started confirmed, 61 updated repeat, 91 updated repeat, 153 updated repeat')
  })

  it('is unknown while its camera is blind, however long, and goes on when it sees again', () => {
    const zone = new Zone().see('H'.repeat(40) + 'B'.repeat(5_000) + 'H'.repeat(10))
    expect(zone.phases).toBe('31 started confirmed, 41 updated visibility, 5041 updated visibility')
    expect(zone.state.incident).toMatchObject({ visibility: 'visible', unseenMs: 5_000_000, seenMs: 49_000 })
  })

  it('does not take the picture’s going black for an end', () => {
    const zone = new Zone().see(
      'H'.repeat(40) + '.'.repeat(55) + 'B'.repeat(100) + '.'.repeat(50) + 'H'.repeat(10),
    )
    expect(zone.phases).not.toContain('ended')
  })

  it('says nothing while something stands before it', () => {
    expect(new Zone().see('H'.repeat(40) + '?'.repeat(600) + 'H').phases).toBe('31 started confirmed')
    expect(new Zone().see('H'.repeat(20) + '?'.repeat(60) + 'H'.repeat(5)).phases).toBe('')
  })

  it('ends by its schedule, and says so; it does not call that cleared', () => {
    expect(new Zone().see('H'.repeat(40) + 's').phases).toBe('31 started confirmed, 41 ended schedule')
    expect(new Zone().see('s'.repeat(100)).phases).toBe('')
  })

  it('tells what was due once the event before is on the disk', () => {
    const zone = new Zone().see('H'.repeat(20) + 'x'.repeat(20) + 'H')
    expect(zone.phases).toBe('41 started confirmed')
    const blind = new Zone().see('H'.repeat(40))
    blind.look(START + 41_000, { reading: undefined, mayTell: false })
    blind.look(START + 46_000, { reading: undefined })
    expect(blind.phases).toBe('31 started confirmed, 46 updated visibility')
  })

  it('takes a clock that is set back or on for no time', () => {
    const zone = new Zone().see('H'.repeat(20))
    zone.see('H'.repeat(5), -3_600)
    zone.see('H'.repeat(2), 86_400)
    // 19 s, 0 + 4 s, at most 15 + 1 s.
    expect(zone.phases).toBe('86400 started confirmed')
    zone.see('.'.repeat(20), 0).see('.'.repeat(20), 200_000)
    expect(zone.phases).toBe('86400 started confirmed')
  })
})

const looks = fc.array(
  fc.record({
    gapMs: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 100, max: 3_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: -100_000, max: 100_000 }) },
    ),
    letter: fc.constantFrom<Reading['level'] | 'blind'>(
      'holds',
      'holds',
      'keeps',
      'not',
      'not',
      'hidden',
      'blind',
    ),
    repeated: fc.integer({ min: 1, max: 60 }),
    watched: fc.boolean(),
    mayTell: fc.boolean(),
  }),
  { maxLength: 60 },
)

describe('whatever is seen', () => {
  it('an incident starts, is updated and ends, in this order, and there is one at a time', () => {
    fc.assert(
      fc.property(looks, fc.constantFrom(0, 5, 30), (runs, repeatSeconds) => {
        const zone = new Zone({ repeatSeconds, coolDownSeconds: 20, clearSeconds: 20, confirmSeconds: 10 })
        let at = START
        for (const { gapMs, letter, repeated, watched, mayTell } of runs) {
          for (let i = 0; i < repeated; i++) {
            at += gapMs
            const seen = letter === 'blind' ? undefined : reading(letter)
            const before = zone.state.incident !== undefined
            const known = zone.told.length
            zone.look(at, { reading: seen, watched, mayTell })
            const change = zone.told[known]?.[1]
            expect(change?.phase === 'started').toBe(!before && zone.state.incident !== undefined)
            expect(change?.phase === 'ended').toBe(before && zone.state.incident === undefined)
            if (!mayTell) expect(change).toBeUndefined()
            if (letter === 'blind' && watched) expect([undefined, 'updated']).toContain(change?.phase)
            if (change?.reason === 'cleared') expect(letter).toBe('not')
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('what surely lasts starts once and never ends, whichever looks are lost', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 200, max: 14_000 })), (gaps) => {
        const zone = new Zone()
        let at = START
        for (const gap of gaps) {
          at += gap
          zone.look(at, { reading: reading('holds') })
          if (at - START > 600_000) break
        }
        expect(zone.phases).toMatch(/^\S+ started confirmed$/)
      }),
    )
  })

  it('as much is known of it as a few numbers hold', () => {
    const zone = new Zone({ repeatSeconds: 5 })
    for (let i = 0; i < 5_000; i++) {
      zone.look(START + i * 1_000, {
        reading: i % 7 === 0 ? undefined : reading(i % 500 < 250 ? 'holds' : 'not'),
      })
    }
    expect(JSON.stringify(zone.state).length).toBeLessThan(300)
  })
})
