import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isGanzhiError } from '@ganzhi/contracts/error'
import type { Rule } from '@ganzhi/contracts/rule'
import { RuleText, RuleTextCheck, RuleVersionText } from '@ganzhi/contracts/rule-text'
import { RuleView } from '@ganzhi/contracts/rule-view'
import { textFaults } from '@ganzhi/firmware-config/checked-text'
import type { FieldFault } from '@ganzhi/firmware-config/field-fault'
import { ruleText } from '@ganzhi/firmware-config/rules/rule-text'
import type { Pool } from 'pg'
import Type from 'typebox'
import { notFound } from '../../api/problem.ts'
import type { RuleReader } from '../reading/rule-reader.ts'
import { chinaSurroundings } from '../schedule/surroundings.ts'
import { checkedRule } from './put-rule.ts'
import { type VersionRow, versionView } from './rule-routes.ts'

const tags = ['rules']
const { id, version } = RuleView.properties

/** Rules as people write them. */
export function ruleTextRoutes(pool: Pool, reader: RuleReader): FastifyPluginAsyncTypebox {
  return async (app) => {
    const surroundings = await chinaSurroundings()

    app.post(
      '/rules/check',
      {
        schema: {
          tags,
          description:
            'What a text says as a rule, and what is wrong with it, by its lines; nothing is changed.',
          body: RuleText,
          response: { 200: RuleTextCheck },
        },
      },
      async ({ body: { text } }) => {
        let rule: Rule | null = null
        const { faults } = textFaults(text, (value) => {
          try {
            rule = checkedRule(value, surroundings)
            return []
          } catch (error) {
            return fieldFaults(error)
          }
        })
        return {
          rule,
          reading: rule && reader.rule(rule),
          faults: faults.map(({ path, line = null, column = null, message, remedy = '' }) => {
            return { field: path, line, column, message, remedy }
          }),
        }
      },
    )

    app.get(
      '/rules/:id/versions/:version',
      { schema: { tags, params: Type.Object({ id, version }), response: { 200: RuleVersionText } } },
      async ({ params }) => {
        const { rows } = await pool.query<VersionRow>(
          'SELECT version, author, made_at, document FROM rule_version WHERE (rule, version) = ($1, $2)',
          [params.id, params.version],
        )
        const [row] = rows
        if (!row) throw notFound(`version ${params.version} of rule ${params.id}`)
        return { ...versionView(row), text: ruleText(row.document) }
      },
    )
  }
}

/** What was said of a rule in a request, as it is to be told of the rule itself. */
function fieldFaults(error: unknown): FieldFault[] {
  if (!isGanzhiError(error) || error.field === undefined) throw error
  const { field, message, remedy = '' } = error
  return (error.faults ?? [{ field, message, remedy }]).map((fault) => ({
    path: fault.field.split(/[.[\]]+/).filter((step) => step !== '' && step !== 'rule'),
    message: fault.message,
    remedy: fault.remedy,
  }))
}
