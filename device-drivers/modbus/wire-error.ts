import { GanzhiError } from '@ganzhi/contracts/error'

export function linkDown(
  what: string,
  { cause, remedy }: { cause?: unknown; remedy?: string } = {},
): GanzhiError {
  return new GanzhiError(what, {
    code: 'link-down',
    blame: 'outside',
    field: 'connection',
    remedy: remedy ?? 'Check host, port and network; the link is tried again by itself.',
    retryable: true,
    cause,
  })
}

export function noAnswer(what: string): GanzhiError {
  return new GanzhiError(what, {
    code: 'no-answer',
    blame: 'outside',
    field: 'unit',
    remedy: 'Check the unit number, power and wiring of the device, or raise timeoutMs.',
    retryable: true,
  })
}

export function badReply(
  what: string,
  remedy = 'Check the wiring and that no two devices share a unit number; try another gateway if it goes on.',
): GanzhiError {
  return new GanzhiError(`the reply ${what}`, {
    code: 'bad-reply',
    blame: 'outside',
    remedy,
    retryable: true,
  })
}

export function linkClosed(): GanzhiError {
  return new GanzhiError('the link was closed', { code: 'link-closed', blame: 'ours' })
}
