import type { Logger } from 'pino'
import { gatewaySubject } from '@ganzhi/contracts/subjects'
import type { Clock } from '../outbox/clock.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { doublingBackoff } from '../backoff.ts'
import { LaneBook } from './lane-book.ts'
import type { Dial, Link } from './link.ts'
import type { PlantedDefect } from './planted-defects.ts'
import { ReceiptDesk } from './receipt-desk.ts'
import { Sender } from './sender.ts'
import { TableCourier } from './table-courier.ts'
import { DEFAULT_TIMING, type UplinkTiming } from './timing.ts'
import { type UplinkCounters, uplinkCounters } from './uplink-counters.ts'
import { adaptiveWindow, DEFAULT_WINDOW, type WindowLimits } from './window.ts'

export type Phase = 'birth' | 'alive' | 'death'

export interface UplinkOptions {
  readonly gateway: string
  readonly outbox: Omit<Outbox, 'append' | 'putTable' | typeof Symbol.asyncDispose>
  readonly dial: Dial
  /** Body of the next STATUS. */
  readonly status: (phase: Phase) => Uint8Array
  /** What the gateway is asked on its command subject, and its reply. Never rejects. */
  readonly onCommand: (request: Uint8Array) => Promise<Uint8Array>
  readonly clock: Clock
  /** Evenly from 0 to 1. */
  readonly random: () => number
  readonly nonce: () => string
  readonly log: Logger
  readonly timing?: UplinkTiming
  readonly window?: WindowLimits
  readonly defect?: PlantedDefect | undefined
}

export interface Uplink extends AsyncDisposable {
  /** The server that we are connected to. */
  readonly server: string | undefined
  readonly counters: Readonly<UplinkCounters>
  /** What the next STATUS tells is not to wait for its turn. */
  reportSoon(): void
}

/** Shortest of the pauses between two tries to connect. */
const REDIAL_MS = 500
/** Attempts start anywhere below this, so that a restarted agent uses other ids than the run before it. */
const ATTEMPTS = 2 ** 31
const FAREWELL_MS = 1_000
/** However much there is to tell, no STATUS follows another sooner. */
const SOON_MS = 1_000

/** Brings what the outbox accepted to the broker, over as many connections as that takes, until the database has it. */
export function startUplink(options: UplinkOptions): Uplink {
  const { gateway, outbox, dial, status, onCommand, clock, random, nonce, log, defect } = options
  const timing = options.timing ?? DEFAULT_TIMING
  const window = adaptiveWindow(options.window ?? DEFAULT_WINDOW)
  const counters = uplinkCounters()
  const book = new LaneBook(outbox, 1 + Math.floor(random() * ATTEMPTS))
  const tables = new TableCourier(outbox, gateway, counters)
  const shared = { outbox, book, tables, gateway, clock, random, timing, counters, log, defect }
  const sender = new Sender({ ...shared, window })
  const desk = new ReceiptDesk({ ...shared, sender, nonce })
  const stop = new AbortController()
  const backoff = doublingBackoff([Math.min(REDIAL_MS, timing.redialMs), timing.redialMs], random)
  const tickMs = Math.min(500, timing.publishTimeoutMs / 4, timing.refusedMs / 2, timing.overdueMs / 4)
  let link: Link | undefined
  let statusAt = 0
  let isUrgent = false
  let callOffTick = () => {}

  const deaf = [
    outbox.onAppended(() => {
      book.outdate()
      sender.wake()
    }),
    outbox.onGap(({ lane, epoch, firstSeq, lastSeq }) => {
      book.find(lane, epoch)?.gone([firstSeq, lastSeq])
      sender.dropMoot()
    }),
  ]

  function report(phase: Phase): void {
    statusAt = clock.elapsed()
    isUrgent = false
    link?.send(gatewaySubject(gateway, 'status'), status(phase))
  }

  function tick(): void {
    book.tick(clock.elapsed(), timing.liveMs)
    sender.tick()
    desk.tick()
    const statusMs = isUrgent ? Math.min(SOON_MS, timing.statusMs) : timing.statusMs
    if (link && clock.elapsed() - statusAt >= statusMs) report('alive')
    if (link && sender.isStuck()) {
      link.close(`nothing was taken for ${timing.stuckMs / 1000} s`)
    }
    callOffTick = clock.after(tickMs, tick)
  }

  async function session(): Promise<string> {
    link = await dial({ signal: stop.signal })
    const since = clock.elapsed()
    counters.connects += 1
    log.info({ server: link.server }, 'connected')
    tables.newConnection()
    sender.attach(link)
    desk.attach(link)
    link.subscribe(
      gatewaySubject(gateway, 'command'),
      (request, reply) => void onCommand(request).then(reply),
    )
    report(counters.connects === 1 ? 'birth' : 'alive')
    const why = await link.closed
    link = undefined
    sender.detach()
    desk.detach()
    if (clock.elapsed() - since >= timing.steadyMs) backoff.reset()
    return why
  }

  async function run(): Promise<void> {
    let told: string | undefined
    while (!stop.signal.aborted) {
      const reason = await session().catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      )
      if (stop.signal.aborted) return
      // The same reason again and again is said once.
      log[reason === told ? 'debug' : 'warn']({ reason }, 'no connection to the broker')
      told = reason
      await pause(clock, backoff.next(), stop.signal)
    }
  }

  const running = run()
  tick()

  return {
    get server() {
      return link?.server
    },
    counters,
    reportSoon: () => void (isUrgent = true),
    async [Symbol.asyncDispose]() {
      for (const stopListening of deaf) stopListening()
      callOffTick()
      report('death')
      if (link) await Promise.race([link.flush().catch(() => {}), pause(clock, FAREWELL_MS, stop.signal)])
      stop.abort(new Error('stopping'))
      link?.close('stopping')
      await running
      await sender.close()
      await desk.settled()
    },
  }
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const callOff = clock.after(ms, resolve)
  const abort = () => resolve()
  signal.addEventListener('abort', abort)
  await promise
  signal.removeEventListener('abort', abort)
  callOff()
}
