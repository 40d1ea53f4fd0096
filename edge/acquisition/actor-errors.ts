import { GanzhiError } from '@ganzhi/contracts/error'

export function notReadable(device: string): GanzhiError {
  return new GanzhiError(`${device} can't be read now`, {
    code: 'not-readable',
    blame: 'caller',
    remedy: 'Ask again when its link is open; some protocols only tell by themselves.',
  })
}

export function notWritable(device: string): GanzhiError {
  return new GanzhiError(`nothing of ${device} can be written`, {
    code: 'not-writable',
    blame: 'caller',
    remedy: 'Its link is closed, or its protocol only reads.',
  })
}

export function linkClosed(): GanzhiError {
  return new GanzhiError('the link was closed', { code: 'link-closed', blame: 'ours', retryable: true })
}

export function notHeardYet(): GanzhiError {
  return new GanzhiError('nothing was heard over the link yet', {
    code: 'not-heard-yet',
    blame: 'outside',
    retryable: true,
  })
}

export function nobodyAnswers(): GanzhiError {
  return new GanzhiError('nothing on the link answers', {
    code: 'no-answer',
    blame: 'outside',
    remedy: 'Look at the cable and the power of its devices.',
    retryable: true,
  })
}

export function driverFailed(cause: unknown): GanzhiError {
  return new GanzhiError('the driver failed', { code: 'driver-failed', blame: 'ours', cause })
}
