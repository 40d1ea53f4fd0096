import type { Placed } from '../city/places.ts'
import { deviceOf, GATEWAYS, profileOf, type SimulatedGateway } from './gateway-file.ts'
import { SCENES } from './simulated-cameras.ts'

const [FIRST, SECOND] = GATEWAYS

/** The devices of each gateway stand in a grid of their own, cameras in the first. */
export const CITY_DEVICES: readonly Placed[] = [
  ...placed(FIRST, 'academy-1'),
  ...SCENES.map((device): Placed => ({ gateway: FIRST.name, device, area: 'academy-1' })),
  ...placed(SECOND, 'riverside-1'),
]

function placed({ name: gateway, units }: SimulatedGateway, area: Placed['area']): Placed[] {
  return units.map((unit) => ({ gateway, device: deviceOf(unit), area, profile: profileOf(unit) }))
}
