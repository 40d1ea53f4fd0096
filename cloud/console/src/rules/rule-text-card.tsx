import type { Rule } from '@ganzhi/contracts/rule'
import type { RuleVersionText } from '@ganzhi/contracts/rule-text'
import type { AlarmsAtChange } from '@ganzhi/contracts/rule-view'
import { defineComponent, ref } from 'vue'
import { ask } from '../ask.ts'
import { Loading, Trouble } from '../frame/notice.tsx'
import { Refused } from '../frame/refused.tsx'
import { t } from '../language.ts'
import { useLoad } from '../load.ts'
import { FateChoice, takesOver } from './fate-choice.tsx'
import { RuleEditor } from './rule-editor.tsx'
import { useSaving } from './save-rule.ts'

interface RuleTextProps {
  readonly id: string
  readonly version: number
  /** What a further version must be above. */
  readonly newest: number
  readonly openAlarms: number
  readonly onSaved: () => void
  /** Told what a text that is being edited means. */
  readonly onRead: (rule: Rule | undefined) => void
}

/** The rule as it is written; to be changed, and saved as the next version. */
export const RuleTextCard = defineComponent(
  (props: RuleTextProps) => {
    const editing = ref(false)
    const fate = ref<AlarmsAtChange>('keep')
    const { data, refusal, reload } = useLoad(
      () => `/rules/${props.id}/versions/${props.version}`,
      (path, signal) => ask<RuleVersionText>(path, {}, signal),
    )
    const saving = useSaving(() => {
      close()
      props.onSaved()
    })

    function close() {
      editing.value = false
      props.onRead(undefined)
    }

    const foot = (rule: Rule | undefined) => (
      <>
        <button
          type="button"
          class="button primary"
          disabled={!rule}
          onClick={() => rule && saving.save(rule, fate.value)}
        >
          {t('saveRule', { n: rule?.version ?? props.newest + 1 })}
        </button>
        <button type="button" class="button" onClick={close}>
          {t('cancel')}
        </button>
        {props.openAlarms > 0 && (
          <label class="push muted small">
            {t('openAlarmsThen')}{' '}
            <FateChoice
              fate={fate.value}
              mayMigrate={!rule || takesOver(rule)}
              onChoose={(chosen) => (fate.value = chosen)}
            />
          </label>
        )}
        <Refused refusal={saving.refusal.value} />
      </>
    )

    const body = () => {
      const text = data.value?.text
      if (text === undefined)
        return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
      if (!editing.value) return <pre class="rule-text">{text}</pre>
      // A version is never changed: what is edited is the next one.
      const next = text.replace(/^version: \d+$/m, `version: ${props.newest + 1}`)
      return <RuleEditor first={next} foot={foot} onRead={props.onRead} />
    }

    return () => (
      <section class="card">
        <header class="card-head">
          <h2>{t('ruleText')}</h2>
          {!editing.value && (
            <button type="button" class="button push" onClick={() => (editing.value = true)}>
              {t('editRule')}
            </button>
          )}
        </header>
        {body()}
      </section>
    )
  },
  { props: ['id', 'version', 'newest', 'openAlarms', 'onSaved', 'onRead'] },
)
