import type { Rule } from '@ganzhi/contracts/rule'
import { defineComponent, shallowRef } from 'vue'
import { PanelHead } from '../frame/panel-head.tsx'
import { Refused } from '../frame/refused.tsx'
import { t } from '../language.ts'
import { go } from '../place.ts'
import { RuleEditor } from './rule-editor.tsx'
import { useSaving } from './save-rule.ts'
import { TryOnHistory } from './try-on-history.tsx'

/** To begin with: all that a rule needs, and what most have. */
const BEGINNING = `id: pm25-high
version: 1
names: { zh: PM2.5 超标, en: PM2.5 is high }
for: { property: pm25 }
when: { above: 75, clearBelow: 70, for: PT5M }
severity: major
`

export const NewRule = defineComponent(() => {
  const draft = shallowRef<Rule>()
  const { refusal, save } = useSaving(({ id }) => go({ rule: id }))
  return () => (
    <article class="story-panel">
      <PanelHead back={() => go({ rule: undefined })} title={t('newRuleTitle')} />
      <section class="card">
        <header class="card-head">
          <h2>{t('ruleText')}</h2>
        </header>
        <RuleEditor
          first={BEGINNING}
          onRead={(rule: Rule | undefined) => (draft.value = rule)}
          foot={(rule: Rule | undefined) => (
            <>
              <button
                type="button"
                class="button primary"
                disabled={!rule}
                onClick={() => rule && save(rule)}
              >
                {t('saveNew')}
              </button>
              <button type="button" class="button" onClick={() => go({ rule: undefined })}>
                {t('cancel')}
              </button>
              <Refused refusal={refusal.value} />
            </>
          )}
        />
      </section>
      {draft.value && <TryOnHistory rule={draft.value} />}
    </article>
  )
})
