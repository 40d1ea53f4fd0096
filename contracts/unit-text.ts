/** UCUM as people write it. */
const UNITS: Readonly<Record<string, string>> = {
  Cel: '°C',
  deg: '°',
  'ug/m3': 'µg/m³',
  'mg/m3': 'mg/m³',
  m3: 'm³',
  'm3/h': 'm³/h',
  'kW.h': 'kW·h',
  'W.h': 'W·h',
  'kV.A': 'kV·A',
  'uS/cm': 'µS/cm',
  Ohm: 'Ω',
  '[pH]': 'pH',
  '[ppm]': 'ppm',
  '[g]': 'g',
  'dB[SPL]': 'dB',
  '1': '',
}

/** A unit that is not known is shown as it came. */
export function unitText(unit: string): string {
  return UNITS[unit] ?? unit
}
