import type { NoticePolicyView } from '@ganzhi/contracts/notice-policy'
import { defineComponent, ref } from 'vue'
import { ask } from '../ask.ts'
import { Loading, Trouble } from '../frame/notice.tsx'
import { PanelHead } from '../frame/panel-head.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import { go } from '../place.ts'
import { showTime } from '../show.ts'
import { PolicyForm } from './policy-form.tsx'
import { PolicyReading } from './policy-reading.tsx'

/** The one policy by which people are told of alarms: to be read, and to be changed. */
export const PolicyPanel = defineComponent(() => {
  const editing = ref(false)
  const { data, refusal, reload } = useLoad(
    () => '/notice-policy',
    (path, signal) => ask<NoticePolicyView>(path, {}, signal),
  )
  const close = () => (editing.value = false)

  return () => {
    if (!data.value) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
    const { version, author, madeAt, policy } = data.value
    return (
      <article class="story-panel">
        <PanelHead
          back={() => go({ tab: 'notices' })}
          title={t('policyTitle')}
          line={
            author === null || madeAt === null
              ? t('policyFirst')
              : [t('ruleVersion', { n: version }), t('madeBy', { author, time: showTime(madeAt) })].join(
                  ' · ',
                )
          }
          end={
            !editing.value && (
              <button type="button" class="button push" onClick={() => (editing.value = true)}>
                {t('editRule')}
              </button>
            )
          }
        />
        {editing.value ? (
          <PolicyForm
            policy={policy}
            onSaved={() => {
              close()
              reload()
            }}
            onClose={close}
          />
        ) : (
          <PolicyReading policy={policy} />
        )}
      </article>
    )
  }
})
