import type { Command, CommandStep } from '@ganzhi/contracts/command'
import { GanzhiError } from '@ganzhi/contracts/error'
import { refusal } from './refusal.ts'

export function expired(): GanzhiError {
  return new GanzhiError('指令已过期 the command has expired', { code: 'expired', blame: 'caller' })
}

export function cancelled(): GanzhiError {
  return new GanzhiError('指令已取消 the command was cancelled', { code: 'cancelled', blame: 'caller' })
}

export function stopping(): GanzhiError {
  return new GanzhiError('网关正在停止 the agent is stopping', {
    code: 'stopping',
    blame: 'outside',
    remedy: '请稍后重试。 Try again in a moment.',
    retryable: true,
  })
}

export function interrupted(): GanzhiError {
  return new GanzhiError(
    '写入途中网关重启，结果不明 the agent ended while the write was under way: it may have been done or not',
    {
      code: 'interrupted',
      blame: 'outside',
      remedy: '请查看设备当前值后再决定。 Look at the device before you ask again.',
    },
  )
}

export function tooLate({ state }: CommandStep): GanzhiError {
  return refusal(
    'too-late',
    `为时已晚 it is too late to cancel: ${state === 'delivered' ? 'the write has begun' : `the command is ${state}`}`,
    {
      field: 'id',
      remedy: '请等待结果。 See what became of it, and set the value back if need be.',
    },
  )
}

export function idTaken({ id }: Command): GanzhiError {
  return refusal('id-taken', `编号已被占用 ${id} is the id of another command`, {
    field: 'id',
    remedy: '请用新的编号。 Choose a new id.',
  })
}

export function clockBehind(): GanzhiError {
  return new GanzhiError(
    '网关时钟落后，无法判断指令时效 the clock of the gateway is behind: it can not tell what has expired',
    {
      code: 'clock-behind',
      blame: 'outside',
      field: 'askedAt',
      remedy: '请校准网关时钟。 Set the clock of the gateway, by NTP for one.',
      retryable: true,
    },
  )
}

export function starting(): GanzhiError {
  return new GanzhiError('网关正在启动 the agent is starting', {
    code: 'starting',
    blame: 'outside',
    remedy: '请稍后重试。 Try again in a moment.',
    retryable: true,
  })
}

export function unknownCommand(id: string): GanzhiError {
  return refusal('unknown-command', `没有指令 there is no command ${id} on this gateway`, {
    field: 'id',
    remedy: '请核对编号。 Check the id: ganzhi-edge command list.',
  })
}
