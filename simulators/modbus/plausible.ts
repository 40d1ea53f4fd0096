import { type ModbusPoint, modbusWidth, type Profile, type Property } from '@ganzhi/contracts/profile'
import { keyOf, share, wander } from '../signal.ts'
import { rawBounds } from './point-words.ts'
import type { TrueValue } from './unit.ts'

/** Where a quantity usually is in a city, and how far it swings, by its UCUM unit. */
const USUAL: Record<string, readonly [middle: number, swing: number]> = {
  V: [228, 6],
  A: [6, 4],
  Hz: [50, 0.1],
  Cel: [18, 9],
  '%': [55, 25],
  hPa: [1_013, 9],
  kPa: [101, 2],
  'dB[SPL]': [58, 12],
  'ug/m3': [45, 30],
  '[ppm]': [12, 9],
  'm/s': [3, 2.5],
  deg: [180, 170],
  kW: [4, 3],
  W: [1_400, 900],
  m: [1.6, 1],
}

const INSTALLED_MS = Date.UTC(2026, 0, 1)

/** Plausible moving values for the properties of any profile: a pure function of seed, unit and time. */
export function plausibleValues(profile: Profile, seed: number, place: string) {
  const properties = new Map(profile.properties.map((property) => [property.id, property]))
  const points = new Map((profile.protocols.modbus?.points ?? []).map((point) => [point.id, point]))
  return (id: string, ms: number): TrueValue => {
    const [property, point] = [properties.get(id), points.get(id)]
    if (!property || !point) return 0
    const key = keyOf(seed, profile.id, place, id)
    // A set point stays where it was put until somebody writes it.
    const walk = property.access === 'r' ? wander(key, ms) : 2 * share(key) - 1
    switch (property.type) {
      case 'bool':
        return property.access === 'r' && walk > 0.5
      case 'text':
        return point.enum ? choice(Object.values(point.enum), walk) : label(profile, place, point)
      default:
        return number(property, point, { walk, ms, key })
    }
  }
}

function number(
  property: Property,
  point: ModbusPoint,
  at: { walk: number; ms: number; key: number },
): number {
  const coded = property.labels ?? point.enum
  if (coded) return Number(choice(point.enum ? Object.values(point.enum) : Object.keys(coded), at.walk))
  const [low, high] = bounds(property, point)
  if (property.counter) {
    const seconds = Math.max(0, at.ms - INSTALLED_MS) / 1_000
    const count = seconds * (0.0005 + 0.002 * share(at.key))
    return low + (count % Math.max(1, high - low))
  }
  // Codes of what is wrong: nothing is.
  if (/fault|error|trip/.test(property.id) && low <= 0) return 0
  const usual = USUAL[property.unit ?? '']
  const [middle, swing] =
    usual && usual[0] > low && usual[0] < high ? usual : [low + (high - low) * 0.3, (high - low) * 0.2]
  const value = Math.min(high, Math.max(low, middle + swing * at.walk))
  const step = property.type === 'integer' ? 1 : 10 ** -(property.decimals ?? 3)
  return Math.trunc(value / step) * step
}

/** What both the property and its registers can say. */
function bounds(property: Property, point: ModbusPoint): readonly [number, number] {
  const { scale = 1, offset = 0 } = point
  const [a, b] = rawBounds(point).map((raw) => raw * scale + offset) as [number, number]
  const [low = 0, high = property.counter ? Infinity : 100] = property.range ?? []
  return [Math.max(low, Math.min(a, b)), Math.min(high, Math.max(a, b))]
}

function choice<T>(of: readonly T[], walk: number): T {
  const at = Math.min(of.length - 1, Math.floor(((walk + 1) / 2) * of.length))
  return of[at] as T
}

function label(profile: Profile, place: string, point: ModbusPoint): string {
  const name = profile.model.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 6)
  return `${name}-${place}`.slice(0, modbusWidth(point) * 2)
}
