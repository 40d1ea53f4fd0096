import type { TrueValue } from './unit.ts'

type Values = Readonly<Record<string, TrueValue>>

/** What goes wrong at a unit, again and again. */
interface Incident {
  readonly unit: string
  /** Of a cycle, in seconds. */
  readonly from: number
  readonly lasts: number
  /** What the unit says then; `strength` rises from 0 to 1 and falls again. */
  readonly values: (usual: Values, strength: number) => Values
}

const CYCLE_S = 480

const INCIDENTS: readonly Incident[] = [
  // A lorry is tipped beside an air station.
  {
    unit: '3',
    from: 20,
    lasts: 90,
    values: ({ pm25, pm10 }, strength) => ({
      pm25: Number(pm25) + 30 * strength,
      pm10: Number(pm10) + 480 * strength,
    }),
  },
  // A lid is taken off.
  { unit: '4', from: 130, lasts: 60, values: () => ({ door: true }) },
  // People sing in the street.
  {
    unit: '1',
    from: 180,
    lasts: 200,
    values: ({ noise }, strength) => ({ noise: Math.max(Number(noise), 50 + 32 * strength) }),
  },
  // A float switch hangs: the pump goes on when the well is empty.
  {
    unit: '6',
    from: 270,
    lasts: 80,
    values: (_usual, strength) => ({
      pump: true,
      level: 0.7 - 0.45 * strength,
      pressure: (0.7 - 0.45 * strength) * 9.81,
    }),
  },
]

/** What a unit says where something is the matter with it now, in place of what it usually does. */
export function withIncidents(unit: string, usual: Values, ms: number): Values {
  const second = (ms / 1_000) % CYCLE_S
  const found = INCIDENTS.find(
    (each) => each.unit === unit && second >= each.from && second < each.from + each.lasts,
  )
  if (!found) return usual
  const share = (second - found.from) / found.lasts
  return { ...usual, ...found.values(usual, Math.sin(Math.PI * share) ** 0.5) }
}
