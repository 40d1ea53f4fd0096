/** A made-up city: two streets with a grid each. 虚构的城市。 */
export const AREAS = [
  { id: 'demo-city', level: 'city', names: { zh: '示范市', en: 'Demo City' } },
  { id: 'east', level: 'county', parent: 'demo-city', names: { zh: '东城区', en: 'East District' } },
  { id: 'academy', level: 'street', parent: 'east', names: { zh: '学院街道', en: 'Academy Street' } },
  { id: 'academy-1', level: 'grid', parent: 'academy', names: { zh: '学院一网格', en: 'Academy 1' } },
  { id: 'riverside', level: 'street', parent: 'east', names: { zh: '河滨街道', en: 'Riverside' } },
  { id: 'riverside-1', level: 'grid', parent: 'riverside', names: { zh: '河滨一网格', en: 'Riverside 1' } },
] as const

/** A device of the simulated city, and what it is a model of. */
export interface Placed {
  readonly gateway: string
  readonly device: string
  readonly area: (typeof AREAS)[number]['id']
  readonly profile?: string
}
