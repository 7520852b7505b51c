// Collects what `npm test` closes with: counts, and each skip with its reason.
import { writeFileSync } from 'node:fs';

export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const summary = { passed: 0, failed: unhandledErrors.length, skipped: [], failures: [] };
    for (const module of modules) {
      if (module.errors().length > 0) {
        summary.failed += 1;
        summary.failures.push(module.relativeModuleId);
      }
      for (const test of module.children.allTests()) {
        const result = test.result();
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        if (result.state === 'passed') summary.passed += 1;
        else if (result.state === 'failed') {
          summary.failed += 1;
          summary.failures.push(name);
        } else summary.skipped.push({ name, reason: result.note ?? 'no reason given' });
      }
    }
    writeFileSync(process.env.OPENEAS_TEST_SUMMARY, JSON.stringify(summary));
  }
}
