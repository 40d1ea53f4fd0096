import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Box, Detection } from '../detection.ts'
import { averagePrecision } from './average-precision.ts'
import type { Truth } from './match.ts'
import { ScoreCard } from './score-card.ts'

interface Picture {
  readonly found: readonly Detection[]
  readonly truths: readonly Truth[]
}

function scoresOf(pictures: readonly Picture[], score = 0.5, labels = ['person']) {
  const scoreCard = new ScoreCard(labels)
  for (const { found, truths } of pictures) scoreCard.add(found, truths)
  return scoreCard.scores(score)
}

const found = (score: number, box: Box, label = 'person'): Detection => ({ label, score, box })
const marked = (box: Box, crowd = false, label = 'person'): Truth => ({ label, box, crowd })

const A: Box = [0, 0, 10, 10]
const B: Box = [100, 0, 110, 10]
const NOWHERE: Box = [500, 500, 510, 510]

describe('worked out by hand', () => {
  test('everything found exactly is 1', () => {
    const { map50, map, perClass } = scoresOf([{ found: [found(0.9, A)], truths: [marked(A)] }])
    expect([map50, map]).toEqual([1, 1])
    expect(perClass).toEqual([{ label: 'person', ap50: 1, ap: 1, precision: 1, recall: 1, truths: 1 }])
  })

  test('one of two found is precise up to a recall of a half: 51 of 101 points', () => {
    const { map50, perClass } = scoresOf([{ found: [found(0.9, A)], truths: [marked(A), marked(B)] }])
    expect(map50).toBeCloseTo(51 / 101, 12)
    expect(perClass[0]).toMatchObject({ precision: 1, recall: 0.5 })
  })

  test('a wrong one ahead of the right one halves the precision everywhere', () => {
    const { map50 } = scoresOf([{ found: [found(0.9, NOWHERE), found(0.8, A)], truths: [marked(A)] }])
    expect(map50).toBeCloseTo(0.5, 12)
  })

  test('a wrong one behind the last right one takes nothing from AP, but from the precision', () => {
    const { map50, perClass } = scoresOf([
      { found: [found(0.9, A), found(0.6, NOWHERE)], truths: [marked(A)] },
    ])
    expect(map50).toBe(1)
    expect(perClass[0]).toMatchObject({ precision: 0.5, recall: 1 })
  })

  test('a second box on the same person is wrong', () => {
    const { perClass } = scoresOf([{ found: [found(0.9, A), found(0.8, A)], truths: [marked(A)] }])
    expect(perClass[0]).toMatchObject({ precision: 0.5, recall: 1 })
  })

  test('a box that overlaps by 0.7 is right at 0.5, 0.55, 0.6, 0.65, 0.7 and wrong at the other five', () => {
    const { map50, map } = scoresOf([{ found: [found(0.9, [0, 0, 10, 7])], truths: [marked(A)] }])
    expect([map50, map]).toEqual([1, 0.5])
  })

  test('a better scored box takes the truth, though another fits better', () => {
    const { perClass } = scoresOf([
      { found: [found(0.7, A), found(0.8, [0, 0, 10, 9])], truths: [marked(A)] },
    ])
    expect(perClass[0]).toMatchObject({ ap50: 1, precision: 0.5 })
    expect(perClass[0]?.ap).toBeCloseTo((9 * 1 + 0.5) / 10, 12)
  })

  test('a label is one matter, a picture another', () => {
    const { map50, perClass } = scoresOf(
      [
        { found: [found(0.9, A), found(0.9, B, 'car')], truths: [marked(A)] },
        { found: [found(0.9, A, 'bus')], truths: [marked(A, false, 'car')] },
      ],
      0.5,
      ['person', 'car', 'bus'],
    )
    expect(perClass).toEqual([
      { label: 'person', ap50: 1, ap: 1, precision: 1, recall: 1, truths: 1 },
      { label: 'car', ap50: 0, ap: 0, precision: 0, recall: 0, truths: 1 },
      { label: 'bus', ap50: null, ap: null, precision: 0, recall: null, truths: 0 },
    ])
    expect(map50).toBe(0.5)
  })

  test('boxes below the asked score count for AP, not for precision and recall', () => {
    const { map50, perClass } = scoresOf([{ found: [found(0.3, A)], truths: [marked(A)] }])
    expect(map50).toBe(1)
    expect(perClass[0]).toMatchObject({ precision: null, recall: 0 })
  })

  test('a recall that is reached exactly counts, whatever 0.01 × 35 is in binary', () => {
    const verdicts = Array.from({ length: 35 }, () => 'right' as const)
    expect(averagePrecision(verdicts, 100)).toBeCloseTo(36 / 101, 12)
  })
})

describe('a crowd', () => {
  const CROWD: Box = [0, 0, 100, 100]

  test('is nothing that must be found, and boxes in it are neither right nor wrong', () => {
    const inside = [found(0.9, [0, 0, 10, 10]), found(0.8, [50, 50, 60, 60])]
    const { perClass } = scoresOf([
      { found: [...inside, found(0.7, B)], truths: [marked(CROWD, true), marked(B)] },
    ])
    expect(perClass[0]).toMatchObject({ ap50: 1, precision: 1, recall: 1, truths: 1 })
  })

  test('gives way to a person who is marked in it', () => {
    const { perClass } = scoresOf([{ found: [found(0.9, A)], truths: [marked(CROWD, true), marked(A)] }])
    expect(perClass[0]).toMatchObject({ precision: 1, recall: 1 })
  })

  test('excuses nothing of which less than half lies in it', () => {
    const { perClass } = scoresOf([
      { found: [found(0.9, [95, 0, 110, 10])], truths: [marked(CROWD, true), marked(NOWHERE)] },
    ])
    expect(perClass[0]).toMatchObject({ precision: 0 })
  })
})

/** The definition, written as plainly as it goes, for one label; nothing is shared with what is tested. */
function plainMap(pictures: readonly Picture[]): { map50: number; map: number } {
  const overlap = (a: Box, b: Box, crowd: boolean) => {
    const side = (lo: 0 | 1, hi: 2 | 3) => Math.max(0, Math.min(a[hi], b[hi]) - Math.max(a[lo], b[lo]))
    const both = side(0, 2) * side(1, 3)
    const area = (box: Box) => (box[2] - box[0]) * (box[3] - box[1])
    return both / (crowd ? area(a) : area(a) + area(b) - both)
  }
  const aps = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95].map((percent) => {
    const list: { score: number; right: boolean }[] = []
    let truths = 0
    for (const picture of pictures) {
      const free = picture.truths.filter(({ crowd }) => !crowd)
      truths += free.length
      for (const each of [...picture.found].sort((a, b) => b.score - a.score)) {
        const enough = (truth: Truth) => overlap(each.box, truth.box, truth.crowd) * 100 >= percent
        // Of equal ones the last, as COCO's own program has it.
        const candidates = free.filter(enough).reverse()
        candidates.sort((a, b) => overlap(each.box, b.box, false) - overlap(each.box, a.box, false))
        const [best] = candidates
        if (best) free.splice(free.indexOf(best), 1)
        else if (picture.truths.some((truth) => truth.crowd && enough(truth))) continue
        list.push({ score: each.score, right: best !== undefined })
      }
    }
    list.sort((a, b) => b.score - a.score)
    let sum = 0
    for (let point = 0; point <= 100; point += 1) {
      let best = 0
      for (let n = 1; n <= list.length; n += 1) {
        const right = list.slice(0, n).filter((each) => each.right).length
        if (right * 100 >= point * truths) best = Math.max(best, right / n)
      }
      sum += best
    }
    return sum / 101
  })
  return { map50: aps[0] ?? 0, map: aps.reduce((sum, ap) => sum + ap, 0) / aps.length }
}

const box = fc
  .tuple(fc.nat(20), fc.nat(20), fc.integer({ min: 4, max: 20 }), fc.integer({ min: 4, max: 20 }))
  .map(([x, y, width, height]): Box => [x, y, x + width, y + height])
const picture: fc.Arbitrary<Picture> = fc.record({
  truths: fc.array(
    fc.tuple(box, fc.nat(4)).map(([at, n]) => marked(at, n === 0)),
    { maxLength: 6 },
  ),
  found: fc.uniqueArray(
    fc.tuple(box, fc.integer({ min: 1, max: 10_000 })).map(([at, n]) => found(n / 10_000, at)),
    { maxLength: 12, selector: ({ score }) => score },
  ),
})

test('any pictures score what the plain definition says', () => {
  fc.assert(
    fc.property(fc.array(picture, { minLength: 1, maxLength: 4 }), (pictures) => {
      fc.pre(distinct(pictures) && pictures.some(({ truths }) => truths.some(({ crowd }) => !crowd)))
      const { map50, map } = scoresOf(pictures)
      const plain = plainMap(pictures)
      expect(map50).toBeCloseTo(plain.map50, 9)
      expect(map).toBeCloseTo(plain.map, 9)
    }),
    { numRuns: 300 },
  )
})

test('a box more that is right never lowers the recall, one that is wrong never raises AP', () => {
  fc.assert(
    fc.property(picture, ({ truths, found: boxes }) => {
      fc.pre(truths.some(({ crowd }) => !crowd))
      const before = scoresOf([{ truths, found: boxes }], 0).perClass[0]
      const wrong = scoresOf([{ truths, found: [...boxes, found(0.99995, NOWHERE)] }], 0).perClass[0]
      expect(wrong?.ap50).toBeLessThanOrEqual(before?.ap50 ?? 0)
      expect(wrong?.recall).toBe(before?.recall)
    }),
  )
})

/** Equal scores in two pictures have no order that the definition knows. */
function distinct(pictures: readonly Picture[]): boolean {
  const scores = pictures.flatMap((each) => each.found.map(({ score }) => score))
  return new Set(scores).size === scores.length
}
