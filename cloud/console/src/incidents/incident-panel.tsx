import type { EvidenceView, IncidentEventView, IncidentStory } from '@ganzhi/contracts/incident-view'
import { defineComponent, type VNodeChild } from 'vue'
import { apiUrl, ask } from '../ask.ts'
import { Loading, Trouble } from '../frame/notice.tsx'
import { PanelHead } from '../frame/panel-head.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import { go } from '../place.ts'
import { showTime, useNow } from '../show.ts'
import { EvidencePicture } from './evidence-picture.tsx'
import { factsOf } from './facts.ts'
import { nameOf, spanOf } from './incident-text.ts'

const EVERY_MS = 5_000
const ROLES = ['before', 'at', 'after', 'clip'] as const

/** One incident: its pictures, what decided, and its course from event to event. */
export const IncidentPanel = defineComponent(
  (props: { gateway: string; incident: string }) => {
    const now = useNow()
    const { data, refusal, reload } = useLoad(
      () => `/incidents/${props.gateway}/${props.incident}`,
      (path, signal) => ask<IncidentStory>(path, {}, signal),
      { everyMs: EVERY_MS },
    )

    return () => {
      const story = data.value
      if (!story) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      return (
        <article class="story-panel">
          <PanelHead
            back={() => go({ incident: undefined })}
            title={nameOf(story)}
            line={`${story.gateway} · ${story.device} · ${showTime(story.startedAt)}`}
            end={
              <span class={['story-state push', story.endedAt === null && 'goes-on']}>
                {t(story.endedAt === null ? 'goesOn' : 'hasEnded')} · {spanOf(story, now.value)}
              </span>
            }
          />
          <div class="evidence-row">{ROLES.flatMap((role) => picturesOf(story.evidence, role))}</div>
          <section class="card">
            <header class="card-head">
              <h2>{t('why')}</h2>
            </header>
            <dl class="facts">{whyOf(story)}</dl>
          </section>
          <section class="card">
            <header class="card-head">
              <h2>{t('course')}</h2>
              <span class="count">{story.events.length}</span>
            </header>
            <ol class="course">{story.events.map(eventLine)}</ol>
          </section>
        </article>
      )
    }
  },
  { props: ['gateway', 'incident'] },
)

/** The three pictures have their places from the first; a clip, and a second picture of a moment, when there is one. */
function picturesOf(evidence: readonly EvidenceView[], role: (typeof ROLES)[number]) {
  const found = evidence.filter((one) => one.role === role)
  if (found.length > 0) return found.map((one) => figureOf(role, one))
  return role === 'clip' ? [] : [figureOf(role, undefined)]
}

function figureOf(role: (typeof ROLES)[number], shown: EvidenceView | undefined) {
  const opens = shown?.state === 'stored' && !shown.contentType.startsWith('video/')
  return (
    <figure key={`${role} ${shown?.sha256}`}>
      {opens ? (
        <a href={apiUrl(`/evidence/${shown.sha256}`)} target="_blank" rel="noopener">
          <EvidencePicture of={shown} />
        </a>
      ) : (
        <EvidencePicture of={shown} />
      )}
      <figcaption>
        {t(`evidence.${role}`)}
        {shown && <code title={shown.sha256}>{shown.sha256.slice(0, 12)}</code>}
      </figcaption>
    </figure>
  )
}

function whyOf({ device, confidence, area, place, codes, events }: IncidentStory): VNodeChild[] {
  const [newest] = events
  const { model, rule, scene } = newest?.trace ?? {}
  return [
    fact(t('camera'), device),
    fact(t('confidence'), confidence?.toFixed(2)),
    fact(t('area'), area),
    fact(t('place'), place && `${place.lon.toFixed(6)}, ${place.lat.toFixed(6)}`),
    fact(t('codes'), codes?.map(({ table, code }) => `${table} ${code}`).join(' · ')),
    fact(
      t('model'),
      model && [model.id, model.version, model.sha256?.slice(0, 12)].filter(Boolean).join(' · '),
    ),
    fact(
      t('scene'),
      scene && [scene.id, scene.version, scene.sha256?.slice(0, 12)].filter(Boolean).join(' · '),
    ),
    fact(t('rule'), rule && `${rule.id} · ${rule.version}`),
    ...factsOf(newest?.data ?? {}).map(([name, text]) => fact(name, text)),
  ]
}

function fact(name: string, value: string | undefined) {
  if (value === undefined || value === '') return null
  return (
    <div key={name}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function eventLine({ id, phase, time, confidence, data = {} }: IncidentEventView) {
  return (
    <li key={id}>
      <time class="muted" datetime={time}>
        {showTime(time)}
      </time>
      <strong>{t(`phase.${phase}`)}</strong>
      <span class="muted">{confidence?.toFixed(2)}</span>
      <span class="course-facts">
        {factsOf(data)
          .map(([name, text]) => `${name} ${text}`)
          .join(' · ')}
      </span>
    </li>
  )
}
