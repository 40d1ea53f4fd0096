import type { DerivedIndicator, Indicator, MeasuredIndicator } from '@ganzhi/contracts/indicator'

export const PROPERTIES = Array.from({ length: 40 }, (_, i) => `property_${i}`)

const shared = { group: '体征 bench', unit: '1', period: 'day' } as const

/** Of each property: what a city asks most, of all devices and of some; each figure of a device and of an area is among them. */
const KINDS: readonly (readonly [id: string, Pick<MeasuredIndicator, 'device' | 'area'>, tag?: string])[] = [
  ['mean-all', { device: 'mean', area: 'mean' }],
  ['mean-least', { device: 'mean', area: 'min' }],
  ['mean-most', { device: 'mean', area: 'max' }],
  ['mean-kind', { device: 'mean', area: 'mean' }, 'kind-1'],
  ['high', { device: 'max', area: 'max' }],
  ['low', { device: 'min', area: 'min' }],
  ['last', { device: 'last', area: 'sum' }],
  ['rise', { device: 'rise', area: 'sum' }],
  ['rise-kind', { device: 'rise', area: 'sum' }, 'kind-0'],
  ['beyond', { device: { share: { above: 80 } }, area: 'mean' }],
  ['beyond-most', { device: { share: { above: 90 } }, area: 'max' }],
  ['devices-beyond', { device: 'max', area: { share: { above: 95 } } }],
  ['devices-low', { device: 'min', area: { count: { below: 5 } } }],
  ['presence', { device: 'presence', area: 'mean' }],
  ['absent', { device: 'presence', area: { count: { below: 50 } } }],
  ['good', { device: 'good', area: 'mean' }],
]

const measured: MeasuredIndicator[] = PROPERTIES.flatMap((property) =>
  KINDS.map(([kind, figures, tag]) => {
    const id = `${property.replace('_', '-')}-${kind}`
    return {
      id,
      names: { zh: id, en: id },
      ...shared,
      of: { property, ...(tag !== undefined && { tag }) },
      ...figures,
    }
  }),
)

/** And what follows from two of these, or from what follows. */
const derived: DerivedIndicator[] = Array.from({ length: 1_081 - measured.length }, (_, i) => {
  const [a, b] = [measured[i % measured.length], measured[(i * 7 + 1) % measured.length]]
  const id = `derived-${i}`
  const second = i > 400 ? `derived-${i - 400}` : (b?.id ?? '')
  return {
    id,
    names: { zh: id, en: id },
    ...shared,
    expression: '100 * a / (a + b)',
    with: { a: a?.id ?? '', b: second },
  }
})

/** 1,081 indicators, the number that one city has. */
export const CITY_INDICATORS: readonly Indicator[] = [...measured, ...derived]
