import type { ModelPackage } from '../package/read-package.ts'

type Shown = ModelPackage & { readonly signedBy?: string }

export function packageDocument({
  card,
  digest,
  signedBy,
  evaluation,
}: Shown): Readonly<Record<string, unknown>> {
  return {
    id: card.id,
    version: card.version,
    digest,
    ...(signedBy !== undefined && { signedBy }),
    ...(evaluation && { map50: evaluation.map50, map: evaluation.map }),
  }
}

export function packageText({ card, digest, signedBy, evaluation }: Shown): string {
  const { id, version, head, input, labels, names, licence } = card
  return [
    `${id} 版本 version ${version}${names ? `  ${names.zh} ${names.en}` : ''}`,
    `  ${head}, ${input.size.join('×')}, ${labels.length} 类 classes, ${licence}`,
    evaluation
      ? `  评测 evaluated: mAP50 ${evaluation.map50}, mAP ${evaluation.map}`
      : '  未评测 not evaluated',
    `  摘要 digest ${digest}`,
    signedBy === undefined ? '  未签名 not signed' : `  签名者 signed by ${signedBy}`,
  ].join('\n')
}
