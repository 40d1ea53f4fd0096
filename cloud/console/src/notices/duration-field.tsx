import { defineComponent, ref, watch } from 'vue'
import type { Refusal } from '../ask.ts'
import { typed } from '../frame/typed.ts'
import { FieldFault, isRefused } from './field-fault.tsx'
import { t } from '../language.ts'
import { amountOf, DURATION_UNITS, type DurationUnit, durationOf } from './amount.ts'

interface DurationFieldProps {
  /** What the platform calls it. */
  readonly field: string
  readonly refusal: Refusal | undefined
  readonly label: string
  /** ISO 8601; empty where there is none. */
  readonly value: string
  readonly required: boolean
  readonly onChange: (value: string) => void
}

export const DurationField = defineComponent(
  (props: DurationFieldProps) => {
    const amount = ref('')
    const unit = ref<DurationUnit>('M')
    const told = () =>
      amount.value.trim() === '' ? '' : durationOf({ amount: Number(amount.value), unit: unit.value })

    watch(
      () => props.value,
      (value) => {
        if (value === told()) return
        const read = value === '' ? undefined : amountOf(value)
        amount.value = read ? String(read.amount) : ''
        unit.value = read?.unit ?? 'M'
      },
      { immediate: true },
    )
    watch(told, (value) => value === props.value || props.onChange(value))

    return () => (
      <span class="duration">
        <input
          type="number"
          min={0}
          step={unit.value === 'S' ? 'any' : 1}
          required={props.required}
          placeholder={props.required ? undefined : '—'}
          aria-label={props.label}
          aria-invalid={isRefused(props)}
          value={amount.value}
          onInput={(event: Event) => (amount.value = typed(event))}
        />
        <select
          class="choice"
          aria-label={`${props.label} ${t('durationUnit')}`}
          value={unit.value}
          onChange={(event: Event) => (unit.value = typed(event) as DurationUnit)}
        >
          {DURATION_UNITS.map((each) => (
            <option key={each} value={each}>
              {t(`unit.${each}`)}
            </option>
          ))}
        </select>
        <FieldFault refusal={props.refusal} field={props.field} />
      </span>
    )
  },
  { props: ['field', 'refusal', 'label', 'value', 'required', 'onChange'] },
)
