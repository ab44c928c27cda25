/** `millrace/testing`: a store to test on, and the conformance suites that every adapter passes. */
export {
  type AnalysedRows,
  type AnalysedScope,
  type AnalysedStatistic,
  analyseRows,
  type RowsToAnalyse,
} from './analyse-rows.ts';
export { brokerConformance } from './broker-conformance.ts';
export { ModelDisk, type ModelStore, openModelStore } from './model-store.ts';
export { type HandlerRun, type HandlerTestJob, runHandler } from './run-handler.ts';
export { ProcessRun, type RunOptions, runProcess } from './run-process.ts';
export { storeConformance } from './store-conformance.ts';
export { type Published, type TestApp, type TestAppOptions, testApp } from './test-app.ts';
export { type JobRecord, type SettledRecord, type TestDesk, type TestJob, testDesk } from './test-desk.ts';
