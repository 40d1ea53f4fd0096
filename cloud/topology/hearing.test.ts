import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayHearing, reachInputs } from './hearing.ts'
import { ITSELF, nameOfLink } from './target-name.ts'

const changes = (hearing: GatewayHearing, name: string) =>
  hearing
    .of(name)
    .changesIn(0, Infinity)
    .map(({ at, reached }) => [at, reached])
const bus = { link: 'bus-1', devices: ['meter-1', 'meter-2'] }

describe('of spans in which something was not heard of', () => {
  it('those that overlap or meet are one', () => {
    const spans = [{ from: 1, until: 5 }, { from: 3, until: 4 }, { from: 5, until: 7 }, { from: 9 }]
    expect(reachInputs(spans).map(({ at, reached }) => [at, reached])).toEqual([
      [1, false],
      [7, true],
      [9, false],
    ])
  })

  it('what is told is at every moment what any of them says', () => {
    const span = fc.record({ from: fc.nat(20), lasts: fc.option(fc.integer({ min: 1, max: 9 })) })
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), fc.nat(30), (given, at) => {
        const spans = given.map(({ from, lasts }) => ({
          from,
          ...(lasts !== null && { until: from + lasts }),
        }))
        const isIn = spans.some(({ from, until = Infinity }) => from <= at && at < until)
        const last = reachInputs(spans).findLast((input) => input.at <= at)
        expect(last?.reached ?? true).toBe(!isIn)
      }),
    )
  })
})

describe('a link that is down', () => {
  it('is told of itself and of the devices behind it, and of no others', () => {
    const hearing = new GatewayHearing()
    hearing.noteLink({ ...bus, from: 5 })
    hearing.noteLink({ ...bus, from: 5, until: 8 })
    const told = [
      [5, false],
      [8, true],
    ]
    expect(changes(hearing, nameOfLink('bus-1'))).toEqual(told)
    expect(changes(hearing, 'meter-2')).toEqual(told)
    expect(changes(hearing, 'meter-3')).toEqual([])
    expect(changes(hearing, ITSELF)).toEqual([])
  })

  it('leaves its devices unknown when it is back and the gateway is not', () => {
    const hearing = new GatewayHearing()
    hearing.note({ from: 1, until: 2 })
    hearing.noteLink({ ...bus, from: 5 })
    hearing.note({ from: 7, silentAt: 8 })
    hearing.noteLink({ ...bus, from: 5, until: 10 })
    hearing.note({ from: 7, until: 12, silentAt: 8 })
    expect(changes(hearing, 'meter-1')).toEqual([
      [1, false],
      [2, true],
      [5, false],
      [12, true],
    ])
    expect(changes(hearing, ITSELF)).toEqual([
      [8, false],
      [12, true],
    ])
  })
})
