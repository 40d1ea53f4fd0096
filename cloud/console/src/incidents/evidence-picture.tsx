import type { EvidenceView } from '@ganzhi/contracts/incident-view'
import type { FunctionalComponent } from 'vue'
import { apiUrl } from '../ask.ts'
import { Icon } from '../frame/icon.tsx'
import { t, tOr } from '../language.ts'

/** A picture, or the place where it will be. */
export const EvidencePicture: FunctionalComponent<{ of: EvidenceView | undefined }> = ({ of }) => {
  if (of?.state !== 'stored') {
    const says = t(of ? 'evidencePending' : 'noEvidence')
    return (
      <span class="evidence-picture absent" title={says}>
        <Icon name="camera" />
        <span>{says}</span>
      </span>
    )
  }
  const source = apiUrl(`/evidence/${of.sha256}`)
  if (of.contentType.startsWith('video/'))
    return <video class="evidence-picture" src={source} controls muted />
  return (
    <img class="evidence-picture" src={source} alt={tOr(`evidence.${of.role}`, of.role)} loading="lazy" />
  )
}
EvidencePicture.props = ['of']
