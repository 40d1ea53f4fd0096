import type { RuleView } from '@ganzhi/contracts/rule-view'
import { defineComponent, type FunctionalComponent } from 'vue'
import { ruleName } from '../alarms/alarm-text.ts'
import { useFreshList } from '../fresh-list.ts'
import { Icon } from '../frame/icon.tsx'
import { ListHead } from '../frame/list-head.tsx'
import { Empty, Loading, Trouble } from '../frame/notice.tsx'
import { VirtualList } from '../frame/virtual-list.tsx'
import { t } from '../language.ts'
import { go, NEW, place } from '../place.ts'

const ROW_PX = 58

export const RuleList = defineComponent(() => {
  const { items, more, refusal, reload, loadMore } = useFreshList<RuleView>('/rules', () => ({}))

  const body = () => {
    if (!items.value) return refusal.value ? <Trouble refusal={refusal.value} retry={reload} /> : <Loading />
    if (items.value.length === 0) return <Empty icon="rule" title={t('noRules')} hint={t('noRulesHint')} />
    return (
      <VirtualList
        items={items.value}
        rowHeight={ROW_PX}
        label={t('rules')}
        keyOf={({ id }: RuleView) => id}
        selected={place.rule}
        row={(rule: RuleView) => <RuleRow rule={rule} />}
        onChoose={({ id }: RuleView) => go({ rule: id })}
        onEnd={loadMore}
      />
    )
  }

  return () => (
    <section class="listing">
      <ListHead
        title={t('rules')}
        count={items.value?.length}
        more={more.value}
        end={
          <button type="button" class="button push" onClick={() => go({ rule: NEW })}>
            <Icon name="plus" />
            {t('newRule')}
          </button>
        }
      />
      <div class="listing-body">{body()}</div>
    </section>
  )
})

const RuleRow: FunctionalComponent<{ rule: RuleView }> = ({
  rule: { id, rule, version, enabled, openAlarms, faults },
}) => (
  <div class="row rule-row">
    <span class={['dot', enabled ? 'on' : 'off']} title={t(enabled ? 'ruleOn' : 'ruleOff')} />
    <span class="row-main">
      <span class="row-name">{ruleName({ id, names: rule.names ?? null })}</span>
      <span class="row-line">
        {id} · {t('ruleVersion', { n: version })}
      </span>
    </span>
    <span class="rule-marks">
      {openAlarms > 0 && <span class="bad">{t('openAlarmsOf', { n: openAlarms })}</span>}
      {faults.length > 0 && <span class="warn">{t('faultsOf', { n: faults.length })}</span>}
    </span>
  </div>
)
RuleRow.props = ['rule']
