import { defineConfig } from 'vitest/config';

// Workspace packages resolve to their TypeScript source, so a unit test never runs against a stale build.
// Child processes and worker threads run from dist: `npm test` builds first.
export default defineConfig({
  resolve: { conditions: ['source', 'node'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    // A bound against hangs, not a measure: end-to-end stories take 20 s on a quiet machine, more on a busy one.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Two cores: more workers than that only make timers late.
    maxWorkers: 2,
  },
});
