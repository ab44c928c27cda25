/** `millrace/testing`: a store to test on, and the conformance suites that every adapter passes. */
export { brokerConformance } from './broker-conformance.ts';
export { ModelDisk, type ModelStore, openModelStore } from './model-store.ts';
export { storeConformance } from './store-conformance.ts';
export { type Published, type TestApp, type TestAppOptions, testApp } from './test-app.ts';
