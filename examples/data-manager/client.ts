/** What a caller writes: no queue, no message, only calls. Needs the type of the service and nothing of its code. */
import { type App, client } from '../../src/index.ts';
import type { DataManager } from './service.ts';
import type { JobStatus } from './status-list.ts';

export type DataManagerClient = {
  /** Resolves when the job cannot get lost any more; it runs later. */
  initiateDataJob(jobId: string, jobType: string, payload?: Readonly<Record<string, unknown>>): Promise<string>;
  getStatusList(): Promise<JobStatus[]>;
};

export function dataManagerClient(app: App): DataManagerClient {
  const manager = client<DataManager>(app, 'DataManager');
  return {
    initiateDataJob: (jobId, jobType, payload = {}) => manager.initiateDataJob({ body: { jobId, jobType, payload } }),
    getStatusList: () => manager.getStatusList(),
  };
}
