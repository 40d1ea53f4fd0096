import { badUse } from './options.ts'
import type { Terminal } from './terminal.ts'

/** Before what can't be undone. Where nobody sits at the terminal, `--yes` says it beforehand. */
export async function isConfirmed(
  question: string,
  { terminal, yes }: { readonly terminal: Terminal; readonly yes: boolean },
): Promise<boolean> {
  if (yes) return true
  if (!terminal.ask) throw badUse(`${question} 须加 needs --yes`, 'yes')
  const answer = await terminal.ask(`${question} [y/N] `)
  return /^(y|yes|是|好)$/i.test(answer.trim())
}
