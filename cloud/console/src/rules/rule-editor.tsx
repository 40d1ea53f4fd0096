import type { Rule } from '@ganzhi/contracts/rule'
import type { RuleTextCheck, RuleTextFault } from '@ganzhi/contracts/rule-text'
import { computed, defineComponent, onScopeDispose, ref, shallowRef, type VNodeChild, watch } from 'vue'
import { type Refusal, tell } from '../ask.ts'
import { Refused } from '../frame/refused.tsx'
import { typed } from '../frame/typed.ts'
import { language, t } from '../language.ts'
import { asRefusal } from '../load.ts'

const TYPING_MS = 300

interface RuleEditorProps {
  readonly first: string
  /** What may be done with a text that reads as a rule. */
  readonly foot: (rule: Rule | undefined) => VNodeChild
  /** Told what the text means, and that it means nothing yet. */
  readonly onRead?: (rule: Rule | undefined) => void
}

/** A rule's text, read as it is typed: what it would do, or what is wrong in which line. */
export const RuleEditor = defineComponent(
  (props: RuleEditorProps) => {
    const area = ref<HTMLTextAreaElement>()
    const text = ref(props.first)
    const checked = shallowRef<RuleTextCheck>()
    const refusal = shallowRef<Refusal>()
    let timer: ReturnType<typeof setTimeout> | undefined

    async function check() {
      const asked = text.value
      try {
        const answer = await tell<RuleTextCheck>('/rules/check', { text: asked })
        if (asked !== text.value) return
        checked.value = answer
        refusal.value = undefined
      } catch (error) {
        if (asked === text.value) refusal.value = asRefusal(error)
      }
    }
    const rule = computed(() => checked.value?.rule ?? undefined)
    watch(rule, (read) => props.onRead?.(read))
    watch(text, () => {
      checked.value = undefined
      clearTimeout(timer)
      timer = setTimeout(() => void check(), TYPING_MS)
    })
    void check()
    onScopeDispose(() => clearTimeout(timer))

    function goTo({ line, column }: RuleTextFault) {
      const lines = text.value.split('\n').slice(0, (line ?? 1) - 1)
      const at = lines.reduce((sum, each) => sum + each.length + 1, 0) + (column ?? 1) - 1
      area.value?.focus()
      area.value?.setSelectionRange(at, at)
    }

    const verdict = (answer: RuleTextCheck) =>
      answer.faults.length > 0 ? (
        <div class="verdict" role="alert">
          <strong class="bad">{t('textFaults', { n: answer.faults.length })}</strong>
          <ul>
            {answer.faults.map((fault) => (
              <li key={`${fault.field} ${fault.message}`}>
                <button type="button" onClick={() => goTo(fault)}>
                  {fault.line === null ? fault.field : t('lineOf', { n: fault.line })}
                </button>
                <code>{fault.field}</code>
                <span>{fault.message}</span>
                <span class="muted">{fault.remedy}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <div class="verdict">
          <strong class="good">{t('readsWell')}</strong>
          <p>{answer.reading?.[language.value]}</p>
        </div>
      )

    return () => {
      const wrong = new Set(checked.value?.faults.map(({ line }) => line))
      return (
        <>
          <div class="editor">
            <ol aria-hidden="true">
              {text.value.split('\n').map((_line, i) => (
                <li key={i} class={wrong.has(i + 1) && 'wrong'}>
                  {i + 1}
                </li>
              ))}
            </ol>
            <textarea
              ref={area}
              spellcheck={false}
              autocapitalize="none"
              aria-label={t('ruleText')}
              rows={text.value.split('\n').length}
              value={text.value}
              onInput={(event: Event) => (text.value = typed(event))}
            />
          </div>
          {checked.value && verdict(checked.value)}
          {refusal.value && (
            <div class="verdict">
              <Refused refusal={refusal.value} />
            </div>
          )}
          <div class="form-foot">{props.foot(rule.value)}</div>
        </>
      )
    }
  },
  { props: ['first', 'foot', 'onRead'] },
)
