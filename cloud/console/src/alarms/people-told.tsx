import type { AlarmStory } from '@ganzhi/contracts/alarm-view'
import type { AlarmTold, Notice } from '@ganzhi/contracts/notice'
import { defineComponent, ref, shallowRef } from 'vue'
import { ask, type Refusal, tell } from '../ask.ts'
import { Refused } from '../frame/refused.tsx'
import { typed } from '../frame/typed.ts'
import { language, t } from '../language.ts'
import { asRefusal, useLoad } from '../load.ts'
import { withheldText } from '../notices/notice-panel.tsx'
import type { Page } from '../paged.ts'
import { go, NEW } from '../place.ts'
import { showTime } from '../show.ts'

const EVERY_MS = 5_000
const MOST = 20

/** What people were told of an alarm, who takes care of it, or why nobody is told. */
export const PeopleTold = defineComponent(
  (props: { story: AlarmStory }) => {
    const note = ref('')
    const refusal = shallowRef<Refusal>()
    const told = useLoad(
      () => `/alarms/${props.story.id}/told`,
      (path, signal) => ask<AlarmTold>(path, {}, signal),
      { everyMs: EVERY_MS },
    )
    const notices = useLoad(
      () => ({ alarm: props.story.id }),
      (query, signal) => ask<Page<Notice>>('/notices', { ...query, limit: MOST }, signal),
      { everyMs: EVERY_MS },
    )

    async function takeCare(event: Event) {
      event.preventDefault()
      const said = note.value.trim()
      try {
        await tell(`/alarms/${props.story.id}/acknowledgement`, said ? { note: said } : {}, 'PUT')
        refusal.value = undefined
        told.reload()
      } catch (error) {
        refusal.value = asRefusal(error)
      }
    }

    const silenceButton = () => {
      const { gateway, device } = props.story
      const wanted = [gateway, device].filter(Boolean).join('/')
      return (
        gateway !== null && (
          <button
            type="button"
            class="button push"
            onClick={() => go({ page: 'notices', tab: 'silences', silence: `${NEW}${wanted}` })}
          >
            {t('silenceThis')}
          </button>
        )
      )
    }

    const lines = () => (
      <ul class="lines">
        {notices.data.value?.items.map(({ id, at, kind, text, withheldBy }) => (
          <li key={id} class={withheldBy !== null && 'is-withheld'}>
            <time class="muted" datetime={at}>
              {showTime(at)}
            </time>
            <strong>{t(`notice.${kind}`)}</strong>
            <span class="course-facts">{text[language.value]}</span>
            {withheldBy && <span class="badge">{t('notTold')}</span>}
          </li>
        ))}
      </ul>
    )

    return () => {
      const standing = told.data.value
      if (!standing) return null
      const { acknowledged, flapping, changes, withheldBy } = standing
      const open = props.story.closedAt === null
      return (
        <section class="card">
          <header class="card-head">
            <h2>{t('peopleTold')}</h2>
            {flapping && (
              <span class="badge" title={t('flappingHint', { n: changes })}>
                {t('flapping')}
              </span>
            )}
            {silenceButton()}
          </header>
          {withheldBy && open && <p class="hint">{withheldText(withheldBy)}</p>}
          {notices.data.value?.items.length === 0 && !withheldBy && (
            <p class="hint">{flapping ? t('flappingHint', { n: changes }) : t('nobodyTold')}</p>
          )}
          {lines()}
          {acknowledged && (
            <p class="hint good">
              {t('takenCareBy', { author: acknowledged.author, time: showTime(acknowledged.at) })}
              {acknowledged.note && ` · ${acknowledged.note}`}
            </p>
          )}
          {open && !acknowledged && (
            <form class="form-foot" onSubmit={(event: Event) => void takeCare(event)}>
              <input
                class="choice note"
                maxlength={1000}
                aria-label={t('noteHint')}
                placeholder={t('noteHint')}
                value={note.value}
                onInput={(event: Event) => (note.value = typed(event))}
              />
              <button class="button primary">{t('takeCare')}</button>
              <span class="muted small">{t('takeCareHint')}</span>
              <Refused refusal={refusal.value} />
            </form>
          )}
        </section>
      )
    }
  },
  { props: ['story'] },
)
