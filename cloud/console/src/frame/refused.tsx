import type { FunctionalComponent } from 'vue'
import type { Refusal } from '../ask.ts'
import { problemText } from '../language.ts'

/** What was not done, and why; nothing as long as nothing was refused. */
export const Refused: FunctionalComponent<{ refusal: Refusal | undefined }> = ({ refusal }) =>
  refusal ? (
    <p class="refusal" role="alert">
      {problemText(refusal.problem)}
    </p>
  ) : null
Refused.props = ['refusal']
