import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '@ganzhi/contracts/reading'
import { check } from '@ganzhi/contracts/schema'
import type { Clock } from '@ganzhi/device-drivers/clock'
import type { Driver, Memory } from '@ganzhi/device-drivers/driver'
import type { Logger } from 'pino'
import Type, { type Static } from 'typebox'
import { replaceFile } from '../replace-file.ts'
import { lineKey } from './line-key.ts'

const LearntFile = Type.Object(
  {
    version: Type.Literal(1),
    /** By link, then by the driver's own key. */
    links: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
)
type LearntFile = Static<typeof LearntFile>

export interface LearntFacts extends AsyncDisposable {
  /** What is known of the devices behind one connection. */
  memoryOf(driver: Driver['id'], connection: object): Memory
}

const NAME = 'learnt.json'
const SAVE_MS = 5_000

/** What drivers have learnt about devices, in a file of the data directory: a gateway that restarts need not learn it again. */
export async function openLearntFacts(dir: string, clock: Clock, log: Logger): Promise<LearntFacts> {
  const file = join(dir, NAME)
  const links = await loadOrSetAside(file, log)
  const used = new Set<string>()
  let cancelSave: (() => void) | undefined
  let saving = Promise.resolve()

  function save(): Promise<void> {
    cancelSave = undefined
    // Of links that are no more, nothing is kept.
    const kept = Object.fromEntries([...links].filter(([link]) => used.has(link)))
    const document: LearntFile = { version: 1, links: kept }
    saving = saving
      .then(() => replaceFile(file, JSON.stringify(document)))
      .catch((err: unknown) => log.warn({ err, file }, 'what was learnt of devices is not kept'))
    return saving
  }

  return {
    memoryOf(driver, connection) {
      const link = lineKey(driver, connection)
      used.add(link)
      return {
        recall: (key) => links.get(link)?.[key] as Json | undefined,
        keep(key, fact) {
          links.set(link, { ...links.get(link), [key]: fact })
          cancelSave ??= clock.after(SAVE_MS, () => void save())
        },
      }
    },
    async [Symbol.asyncDispose]() {
      cancelSave?.()
      await (cancelSave ? save() : saving)
    },
  }
}

/** The same to look at, while the agent runs or not. */
export async function readLearntFacts(dir: string): Promise<Pick<LearntFacts, 'memoryOf'>> {
  const links = await load(join(dir, NAME)).catch(() => new Map<string, Facts>())
  return {
    memoryOf: (driver, connection) => ({
      recall: (key) => links.get(lineKey(driver, connection))?.[key] as Json | undefined,
      keep: () => {},
    }),
  }
}

type Facts = Record<string, unknown>

async function load(file: string): Promise<Map<string, Facts>> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return new Map()
  return new Map(Object.entries(check(LearntFile, JSON.parse(text), NAME).links))
}

async function loadOrSetAside(file: string, log: Logger): Promise<Map<string, Facts>> {
  try {
    return await load(file)
  } catch (err) {
    const aside = `${file}.broken`
    log.warn({ err, aside }, 'what was learnt of devices cannot be read: it is set aside, and learnt again')
    await rename(file, aside).catch(() => {})
    return new Map()
  }
}
