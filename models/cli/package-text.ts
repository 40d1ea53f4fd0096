import type { ModelPackage } from '../package/read-package.ts'

type Shown = ModelPackage & { readonly signedBy?: string }

export function packageDocument(model: Shown): Readonly<Record<string, unknown>> {
  const { card, digest, signedBy } = model
  return {
    id: card.id,
    version: card.version,
    digest,
    ...(signedBy !== undefined && { signedBy }),
    ...figuresOf(model),
  }
}

function figuresOf({ kind, evaluation }: Shown): Readonly<Record<string, number | null>> {
  if (!evaluation) return {}
  if (kind === 'detector') return { map50: evaluation.map50, map: evaluation.map }
  const { precision, recall, falseAlarmsPerDay } = evaluation
  return { precision, recall, falseAlarmsPerDay }
}

export function packageText(model: Shown): string {
  const { card, digest, signedBy } = model
  const { id, version, names, licence } = card
  const figures = Object.entries(figuresOf(model)).map(([name, figure]) => `${name} ${figure ?? '–'}`)
  return [
    `${id} 版本 version ${version}${names ? `  ${names.zh} ${names.en}` : ''}`,
    `  ${whatItIs(model)}, ${licence}`,
    figures.length > 0 ? `  评测 evaluated: ${figures.join(', ')}` : '  未评测 not evaluated',
    `  摘要 digest ${digest}`,
    signedBy === undefined ? '  未签名 not signed' : `  签名者 signed by ${signedBy}`,
  ].join('\n')
}

function whatItIs({ kind, card }: Shown): string {
  if (kind === 'detector')
    return `${card.head}, ${card.input.size.join('×')}, ${card.labels.length} 类 classes`
  const properties = card.properties.map(({ id }) => id).join(', ')
  return `时序异常 anomalies of ${card.device}: ${properties}; ${card.window} × ${card.stepSeconds} s`
}
