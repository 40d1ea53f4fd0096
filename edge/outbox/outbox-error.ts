import { GanzhiError } from '@ganzhi/contracts/error'

/** Nothing was accepted; room comes with the next receipts. */
export function outboxFull(why: string, cause?: unknown): GanzhiError {
  return new GanzhiError(`the outbox is full: ${why}`, {
    code: 'outbox-full',
    blame: 'outside',
    remedy: 'Wait and hand it in again; if it lasts, bring the uplink back or give the outbox more room.',
    retryable: true,
    cause,
  })
}

/** Nothing was accepted, or read; the outbox goes on as soon as the disk lets it, in a new file and epoch if need be. */
export function outboxBroken(cause: unknown): GanzhiError {
  return new GanzhiError('the disk of the outbox failed', {
    code: 'outbox-broken',
    blame: 'outside',
    remedy: 'Try again; if it lasts, check the disk (dmesg, smartctl) and replace it.',
    retryable: true,
    cause,
  })
}

export function outboxClosed(): GanzhiError {
  return new GanzhiError('the outbox is closed', {
    code: 'outbox-closed',
    blame: 'caller',
    remedy: 'Hand nothing in after the outbox was disposed of.',
  })
}
