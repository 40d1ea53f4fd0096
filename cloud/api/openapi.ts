import swagger from '@fastify/swagger'
import { Problem } from '@ganzhi/contracts/api-views'
import type { FastifyInstance } from 'fastify'
import { SESSION_COOKIE } from '../accounts/access.ts'

/** The document is made from the schemas that check the requests, so it can't say anything else. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ganzhi 感知',
        version: '1',
        description: 'Everything but health and login needs a session.',
      },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE } },
        responses: {
          problem: {
            description: 'What went wrong, and what to do.',
            content: { 'application/problem+json': { schema: JSON.parse(JSON.stringify(Problem)) } },
          },
        },
      },
      security: [{ session: [] }],
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: route.config?.access === 'open' ? { ...schema, security: [] } : schema,
    }),
    transformObject: (documented) =>
      'openapiObject' in documented ? completed(documented.openapiObject) : documented.swaggerObject,
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger())
}

interface Operation {
  responses?: Record<string, unknown>
  parameters?: { required?: boolean; schema?: { default?: unknown } }[]
}

/** Any operation may be refused, and always in one form; and what has a default need not be given. */
function completed<T extends { paths?: object }>(document: T): T {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path as Record<string, Operation>)) {
      operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/problem' } }
      for (const parameter of operation.parameters ?? []) {
        if (parameter.schema?.default !== undefined) parameter.required = false
      }
    }
  }
  return document
}
