import type { CommandStepView, CommandView } from '@ganzhi/contracts/api-views'
import { COMMAND_STATE_NAMES } from '@ganzhi/contracts/command-words'

export function stepText({ state, at, author, value, error }: CommandStepView): string {
  const said = [
    ...(author === null ? [] : [author]),
    ...(value === null || value === undefined ? [] : [`值 value ${JSON.stringify(value)}`]),
    ...(error === null ? [] : [error.message]),
  ]
  const line = `${localTime(at)}  ${COMMAND_STATE_NAMES[state]}${said.length > 0 ? `  ${said.join('; ')}` : ''}`
  return error?.remedy === undefined ? line : `${line}\n              ${error.remedy}`
}

export function headText({ id, gateway, device, property, value, expiresAt }: CommandView): string {
  return `${id}  ${gateway} ${device}/${property} = ${JSON.stringify(value)}  有效至 until ${localTime(expiresAt)}`
}

export function listText(commands: readonly CommandView[]): string {
  if (commands.length === 0) return '没有指令 no commands'
  return commands
    .map(({ id, device, property, value, author, askedAt, state, steps, hindrance }) => {
      const what = `${device}/${property} = ${JSON.stringify(value)}`
      const why = steps.findLast(({ error }) => error !== null)?.error ?? hindrance
      const head = `${new Date(askedAt).toLocaleString('sv-SE')}  ${COMMAND_STATE_NAMES[state]}  ${what}  ${author}  ${id}`
      return why ? `${head}\n    ${why.message}` : head
    })
    .join('\n')
}

/** With milliseconds: what follows what is the point. */
function localTime(at: string): string {
  const time = new Date(at)
  return `${time.toLocaleTimeString('sv-SE')}.${String(time.getMilliseconds()).padStart(3, '0')}`
}
