import type { AlarmStory, AlarmTransitionView } from '@ganzhi/contracts/alarm-view'
import { defineComponent } from 'vue'
import { ask } from '../ask.ts'
import { Loading, Trouble } from '../frame/notice.tsx'
import { PanelHead } from '../frame/panel-head.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import { go } from '../place.ts'
import { showTime, useNow } from '../show.ts'
import { AlarmChart } from './alarm-chart.tsx'
import { deviceOf, targetOf } from './alarm-target.ts'
import { lastedOf, ruleName, unknownText } from './alarm-text.ts'
import { PeopleTold } from './people-told.tsx'
import { SeverityTag } from './severity-tag.tsx'
import { TransitionLine } from './transition-line.tsx'

const EVERY_MS = 3_000

/** One alarm: what came of it when and why, and the values that decided. */
export const AlarmPanel = defineComponent(
  (props: { id: string }) => {
    const now = useNow()
    const { data, refusal, reload } = useLoad(
      () => `/alarms/${props.id}`,
      (path, signal) => ask<AlarmStory>(path, {}, signal),
      { everyMs: EVERY_MS },
    )

    return () => {
      const story = data.value
      if (!story) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      const device = deviceOf(story)
      return (
        <article class="story-panel">
          <PanelHead
            back={() => go({ alarm: undefined })}
            title={
              <>
                {ruleName(story.rule)} <SeverityTag of={story.severity} />
              </>
            }
            line={`${targetOf(story)} · ${showTime(story.openedAt)}`}
            end={
              <span class={['story-state push', story.closedAt === null && 'goes-on']}>
                {t(
                  story.withdrawn ? 'alarmWithdrawn' : story.closedAt === null ? 'alarmOpen' : 'alarmClosed',
                )}{' '}
                · {lastedOf(story, now.value)}
              </span>
            }
          />
          {story.withdrawn && <p class="remark">{t('alarmWithdrawnHint')}</p>}
          {story.unknown && <p class="remark">{unknownText(story.unknown)}</p>}
          <section class="card">
            <header class="card-head">
              <h2>{t('whyAlarm')}</h2>
              <span class="count">{story.transitions.length}</span>
            </header>
            <ol class="transitions">{story.transitions.map(transitionLine)}</ol>
          </section>
          {device && <AlarmChart story={story} device={device} />}
          <PeopleTold story={story} />
          <nav class="story-links">
            <button type="button" class="button" onClick={() => go({ page: 'rules', rule: story.rule.id })}>
              {t('toRule', { rule: ruleName(story.rule), version: story.rule.version })}
            </button>
            {device && (
              <button
                type="button"
                class="button"
                onClick={() => go({ page: 'live', device, series: undefined })}
              >
                {t('toDevice')}
              </button>
            )}
          </nav>
        </article>
      )
    }
  },
  { props: ['id'] },
)

function transitionLine(transition: AlarmTransitionView) {
  const { id, toldAt, late, revisedAt } = transition
  return (
    <TransitionLine
      key={id}
      of={transition}
      hint={t('toldAt', { time: showTime(toldAt) })}
      revised={revisedAt !== null}
      marks={[
        late && badge(t('late'), t('lateHint')),
        revisedAt !== null && badge(t('revised'), t('revisedHint', { time: showTime(revisedAt) })),
      ]}
    />
  )
}

function badge(text: string, hint: string) {
  return (
    <span class="badge" title={hint}>
      {text}
    </span>
  )
}
