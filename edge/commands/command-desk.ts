import type { Command, CommandStep } from '@ganzhi/contracts/command'
import { isGanzhiError } from '@ganzhi/contracts/error'
import { type Clock, sleep } from '@ganzhi/device-drivers/clock'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { Outbox } from '../outbox/outbox.ts'
import { checkCommand } from './check-command.ts'
import type { CommandJournal } from './command-journal.ts'
import { DeviceQueues } from './device-queues.ts'
import { cancelled, clockBehind, expired, idTaken, interrupted, stopping, tooLate } from './desk-errors.ts'
import type { CommandedDevices } from './devices.ts'
import { eventTeller } from './event-teller.ts'
import { type Execution, executeCommand, type Outcome, readBack } from './execute-command.ts'
import { hasEnded, type KnownCommand, lastStep } from './known-commands.ts'
import { commandError } from './refusal.ts'

export interface DeskOptions {
  readonly gateway: string
  readonly journal: CommandJournal
  readonly devices: CommandedDevices
  readonly outbox: Pick<Outbox, 'append'>
  /** Dangerous properties that may be written: see CommandsConfig. */
  readonly permit: readonly string[]
  readonly clock: Clock
  readonly log: Logger
}

/** A command that is not over. */
interface Live {
  readonly calledOff: AbortController
  /** Steady ms at which it expires, however the wall clock may jump. */
  readonly expiresAt: number
  /** Until it is one of the others it can become either: its write leaves, or was refused; or it is cancelled. */
  fate: 'open' | 'sealed' | 'cancelled'
}

const JOURNAL_AGAIN_MS = 1_000
/** Clocks agree to within so much; what was asked later than that tells us that ours is wrong. */
const CLOCKS_APART_MS = 5 * 60_000
const FAREWELL_MS = 2_000

/** Takes commands and brings each to its end: once, in the order of its device, and never after its expiry. */
export class CommandDesk implements AsyncDisposable {
  readonly #options: DeskOptions
  readonly #tell: (step: CommandStep) => Promise<void>
  readonly #queues = new DeviceQueues()
  readonly #live = new Map<string, Live>()
  /** Requests for one command go one after the other. */
  readonly #busy = new Map<string, Promise<unknown>>()
  readonly #stop = new AbortController()

  /** Goes on with what the last run of the agent left undone. */
  constructor(options: DeskOptions) {
    this.#options = options
    this.#tell = eventTeller({ ...options, signal: this.#stop.signal })
    for (const known of options.journal.commands.values()) {
      for (const step of known.steps.filter(({ state }) => !known.told.includes(state))) void this.#tell(step)
      if (!hasEnded(known)) this.#enqueue(known.command, Promise.resolve(), known.begun)
    }
  }

  /** Of all that are remembered, the latest taken last. */
  get commands(): readonly KnownCommand[] {
    return [...this.#options.journal.commands.values()]
  }

  get waiting(): number {
    return this.#queues.size
  }

  /** The command's last step, once that is on the disk. The same command again only asks what became of it. */
  ask(command: Command): Promise<CommandStep> {
    return this.#inTurn(command.id, async () => {
      const known = this.#knownAs(command)
      if (known) return lastStep(known)
      this.#checkClock(command)
      const refused = this.#refusalOf(command)
      if (refused) return this.#take(command, refused)
      this.#queues.checkRoom(command.device)
      // Its place is taken before the disk has it: what comes meanwhile stands behind it.
      const taken = this.#take(command, { state: 'delivered' })
      this.#enqueue(command, taken)
      return taken
    })
  }

  /** Resolves with the step `cancelled`. A command that never came is not done either when it comes. */
  cancel(command: Command, author: string): Promise<CommandStep> {
    return this.#inTurn(command.id, async () => {
      const known = this.#knownAs(command)
      if (!known) return this.#take(command, { state: 'cancelled', author })
      const step = lastStep(known)
      if (step.state === 'cancelled') return step
      const live = this.#live.get(command.id)
      if (live?.fate !== 'open') throw tooLate(step)
      live.fate = 'cancelled'
      live.calledOff.abort(cancelled())
      return this.#recordUntilDone(command.id, { state: 'cancelled', author })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(stopping())
    const { promise, resolve } = Promise.withResolvers<void>()
    const callOff = this.#options.clock.after(FAREWELL_MS, resolve)
    await Promise.race([Promise.all([this.#queues.idle(), ...this.#busy.values()]), promise])
    callOff()
  }

  async #inTurn(id: string, work: () => Promise<CommandStep>): Promise<CommandStep> {
    this.#stop.signal.throwIfAborted()
    const turn = (this.#busy.get(id) ?? Promise.resolve()).then(work)
    const settled = Promise.allSettled([turn])
    this.#busy.set(id, settled)
    try {
      return await turn
    } finally {
      if (this.#busy.get(id) === settled) this.#busy.delete(id)
    }
  }

  #knownAs(command: Command): KnownCommand | undefined {
    const known = this.#options.journal.commands.get(command.id)
    if (!known || isDeepStrictEqual(known.command, command)) return known
    throw idTaken(command)
  }

  #checkClock({ askedAt }: Command): void {
    if (askedAt - this.#options.clock.now() <= CLOCKS_APART_MS) return
    throw clockBehind()
  }

  #refusalOf(command: Command): Outcome | undefined {
    const { clock, devices, permit } = this.#options
    if (clock.now() >= command.expiresAt) return { state: 'expired' }
    try {
      checkCommand(command, devices, permit)
      return undefined
    } catch (error) {
      if (!isGanzhiError(error)) throw error
      return { state: 'failed', error: commandError(error) }
    }
  }

  async #take(command: Command, outcome: Outcome): Promise<CommandStep> {
    const { journal, clock } = this.#options
    const step: CommandStep = { command: command.id, at: clock.now(), ...outcome }
    await journal.write({ kind: 'taken', command, step })
    void this.#tell(step)
    return step
  }

  async #record(id: string, outcome: Outcome): Promise<CommandStep> {
    const { journal, clock } = this.#options
    const step: CommandStep = { command: id, at: clock.now(), ...outcome }
    await journal.write({ kind: 'step', step })
    void this.#tell(step)
    return step
  }

  #enqueue(command: Command, taken: Promise<unknown>, begun = false): void {
    const { clock, log } = this.#options
    const expiresAt = clock.elapsed() + command.expiresAt - clock.now()
    const live: Live = { calledOff: new AbortController(), expiresAt, fate: begun ? 'sealed' : 'open' }
    this.#live.set(command.id, live)
    this.#queues.push(command.device, async () => {
      try {
        if (await refused(taken)) return
        await this.#run(command, live)
      } catch (error) {
        // Stopped: the next run goes on with it. Cancelled: that has been said.
        if (!this.#stop.signal.aborted && live.fate !== 'cancelled')
          log.error({ err: error, command: command.id }, 'a command was not brought to its end')
      } finally {
        this.#live.delete(command.id)
      }
    })
  }

  async #run(command: Command, live: Live): Promise<void> {
    const { journal, devices, clock, log } = this.#options
    const known = journal.commands.get(command.id)
    if (!known || hasEnded(known)) return
    const calledOff = live.calledOff.signal
    const signal = AbortSignal.any([this.#stop.signal, calledOff])
    const stillWanted = () => {
      signal.throwIfAborted()
      if (clock.now() >= command.expiresAt || clock.elapsed() >= live.expiresAt) throw expired()
    }
    const execution: Execution = {
      devices,
      clock,
      calledOff,
      signal,
      stillWanted,
      log,
      begin: () => journal.write({ kind: 'begun', id: command.id }),
      leave: () => {
        stillWanted()
        live.fate = 'sealed'
      },
      record: async (outcome) => {
        live.fate = 'sealed'
        await this.#recordUntilDone(command.id, outcome)
      },
    }
    // An earlier run of the agent had begun it.
    if (lastStep(known).state === 'executed') return this.#lookAgain(command, execution)
    if (known.begun) return execution.record({ state: 'unknown', error: commandError(interrupted()) })
    await executeCommand(command, execution)
  }

  async #lookAgain(command: Command, execution: Execution): Promise<void> {
    const known = this.#options.devices.property(command.device, command.property)
    if (known) return readBack(command, known, execution)
    return execution.record({ state: 'unknown', error: commandError(interrupted()) })
  }

  /** What happened must be written down, however long the disk is away. */
  async #recordUntilDone(id: string, outcome: Outcome): Promise<CommandStep> {
    for (;;) {
      try {
        return await this.#record(id, outcome)
      } catch (error) {
        if (!isGanzhiError(error, 'journal-broken')) throw error
        await sleep(this.#options.clock, JOURNAL_AGAIN_MS, this.#stop.signal)
      }
    }
  }
}

function refused(taken: Promise<unknown>): Promise<boolean> {
  return taken.then(
    () => false,
    () => true,
  )
}
