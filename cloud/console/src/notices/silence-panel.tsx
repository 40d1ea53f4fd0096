import type { SilenceView } from '@ganzhi/contracts/silence'
import { defineComponent, shallowRef, type VNodeChild } from 'vue'
import { type Refusal, tell } from '../ask.ts'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { PanelHead } from '../frame/panel-head.tsx'
import { Refused } from '../frame/refused.tsx'
import { t } from '../language.ts'
import { asRefusal } from '../load.ts'
import { useFreshList } from '../fresh-list.ts'
import { go } from '../place.ts'
import { showTime } from '../show.ts'
import { scopeOf } from './silence-text.ts'

/** One silence: of what, how long, why, and what it keeps from being told. */
export const SilencePanel = defineComponent(
  (props: { id: string }) => {
    const refused = shallowRef<Refusal>()
    const { items, refusal, reload } = useFreshList<SilenceView>('/silences', () => ({}))

    async function end() {
      try {
        await tell(`/silences/${props.id}/end`)
        refused.value = undefined
        reload()
      } catch (error) {
        refused.value = asRefusal(error)
      }
    }

    return () => {
      if (!items.value)
        return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      const silence = items.value.find(({ id }) => id === props.id)
      if (!silence) return <Empty icon="quiet" title={t('chooseSilence')} hint={t('chooseSilenceHint')} />
      const { state, from, until, weekly, author, madeAt, ended, alarms } = silence
      return (
        <article class="story-panel">
          <PanelHead
            back={() => go({ silence: undefined })}
            title={silence.reason}
            line={scopeOf(silence)}
            end={<span class={['badge push', state === 'active' && 'on']}>{t(`silence.${state}`)}</span>}
          />
          <section class="card">
            <div class="reading silence-facts">
              <p class="said">{t('silenceSpan', { from: showTime(from), until: showTime(until) })}</p>
              {weekly && (
                <p>
                  {t('weekly')}{' '}
                  {weekly.spans
                    .map(({ days, from: begin, to }) => `${days?.join(' ') ?? ''} ${begin}–${to}`)
                    .join(', ')}
                </p>
              )}
              {alarms > 0 && <p>{t('withheldNow', { n: alarms })}</p>}
              {muted(t('madeBy', { author, time: showTime(madeAt) }))}
              {ended && muted(t('endedBy', { author: ended.author, time: showTime(ended.at) }))}
            </div>
            {state !== 'over' && (
              <div class="form-foot">
                <button type="button" class="button" onClick={() => void end()}>
                  {t('endSilence')}
                </button>
                <span class="muted small">{t('endSilenceHint')}</span>
                <Refused refusal={refused.value} />
              </div>
            )}
          </section>
        </article>
      )
    }
  },
  { props: ['id'] },
)

function muted(text: VNodeChild) {
  return <p class="muted">{text}</p>
}
