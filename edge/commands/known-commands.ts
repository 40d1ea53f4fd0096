import { type Command, type CommandState, type CommandStep, isLastStep } from '@ganzhi/contracts/command'
import type { JournalEntry } from './journal-line.ts'

export interface KnownCommand {
  readonly command: Command
  readonly steps: readonly CommandStep[]
  readonly begun: boolean
  readonly told: readonly CommandState[]
}

/** An ended command is remembered so long after it ended and expired: asked again, it has the same answer. */
const KEEP_MS = 72 * 3_600_000
/** Beyond so many, only so long. */
const MOST_KEPT = 5_000
const KEEP_LEAST_MS = 3_600_000

export function lastStep({ steps }: KnownCommand): CommandStep {
  return steps.at(-1) as CommandStep
}

export function hasEnded(known: KnownCommand): boolean {
  return isLastStep(lastStep(known))
}

/** The state after an entry; one that speaks of a command nobody has taken changes nothing. */
export function applyEntry(commands: Map<string, KnownCommand>, entry: JournalEntry): void {
  if (entry.kind === 'taken') {
    const { command, step } = entry
    commands.set(command.id, { command, steps: [step], begun: false, told: [] })
    return
  }
  const id = entry.kind === 'step' ? entry.step.command : entry.id
  const known = commands.get(id)
  if (!known) return
  switch (entry.kind) {
    case 'step':
      commands.set(id, { ...known, steps: [...known.steps, entry.step] })
      return
    case 'begun':
      commands.set(id, { ...known, begun: true })
      return
    case 'told':
      commands.set(id, { ...known, told: [...known.told, entry.state] })
      return
  }
}

/** The shortest history that leads to the same state. */
export function entriesOf({ command, steps, begun, told }: KnownCommand): JournalEntry[] {
  const [first, ...later] = steps as [CommandStep, ...CommandStep[]]
  return [
    { kind: 'taken', command, step: first },
    ...(begun ? [{ kind: 'begun', id: command.id } as const] : []),
    ...later.map((step) => ({ kind: 'step', step }) as const),
    ...told.map((state) => ({ kind: 'told', id: command.id, state }) as const),
  ]
}

export function forgetOld(commands: Map<string, KnownCommand>, now: number): void {
  for (const [id, known] of commands) {
    if (!hasEnded(known) || known.told.length < known.steps.length) continue
    const over = Math.max(lastStep(known).at, known.command.expiresAt)
    if (now - over > (commands.size > MOST_KEPT ? KEEP_LEAST_MS : KEEP_MS)) commands.delete(id)
  }
}
