import { defineComponent } from 'vue'
import { Empty } from '../frame/notice.tsx'
import { Page } from '../frame/page.tsx'
import { t } from '../language.ts'
import { NEW, place } from '../place.ts'
import { NewRule } from './new-rule.tsx'
import { RuleList } from './rule-list.tsx'
import { RulePanel } from './rule-panel.tsx'

export const RulesPage = defineComponent(() => () => (
  <Page chosen={place.rule !== undefined}>
    {{
      side: () => <RuleList />,
      content: () => {
        if (place.rule === NEW) return <NewRule />
        if (place.rule !== undefined) return <RulePanel key={place.rule} id={place.rule} />
        return <Empty icon="rule" title={t('chooseRule')} hint={t('chooseRuleHint')} />
      },
    }}
  </Page>
))
