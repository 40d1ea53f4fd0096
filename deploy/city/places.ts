/** A made-up city: two streets, each with a gateway. 虚构的城市。 */
export const AREAS = [
  { id: 'demo-city', level: 'city', names: { zh: '示范市', en: 'Demo City' } },
  { id: 'east', level: 'county', parent: 'demo-city', names: { zh: '东城区', en: 'East District' } },
  { id: 'academy', level: 'street', parent: 'east', names: { zh: '学院街道', en: 'Academy Street' } },
  { id: 'riverside', level: 'street', parent: 'east', names: { zh: '河滨街道', en: 'Riverside' } },
] as const

/** Devices of a gateway stand in its street. */
export function placementsOf(
  gateways: readonly { readonly name: string; readonly area: string; readonly devices: readonly string[] }[],
) {
  return gateways.flatMap(({ name, area, devices }) =>
    devices.map((device) => ({ gateway: name, device, area })),
  )
}
