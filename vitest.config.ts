import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.ganzhi/**'],
    // Two cores: suites that start PostgreSQL and nats-server share them with the tests themselves.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A poll waits for real servers; its second by default is too short on a machine with other work.
    expect: { poll: { timeout: 20_000 } },
  },
})
