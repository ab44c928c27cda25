/** Units of work for code, what was counted of them, and the mails they sent. */
import type { Http } from './http.ts';
import type { Once } from './instances.ts';
import type { Page, PageRequest, Statistic, Time } from './wire.ts';
import type { Job, Mail, NewJob } from './wire-process.ts';

export type Jobs = {
  enqueue(job: NewJob, once?: Once): Promise<{ id: string }>;
  get(id: string): Promise<Job>;
};

export const jobsOf = (http: Http): Jobs => ({
  enqueue: (body, once) => http.json({ method: 'POST', path: '/api/v1/jobs', body, ...once }),
  get: (id) => http.json({ method: 'GET', path: `/api/v1/jobs/${encodeURIComponent(id)}` }),
});

export type StatisticsRequest = { prefix?: string; since?: Time };

export const statistics = (http: Http, query: StatisticsRequest): Promise<Page<Statistic>> =>
  http.json({ method: 'GET', path: '/api/v1/statistics', query });

export const mails = (http: Http, query: PageRequest): Promise<Page<Mail>> =>
  http.json({ method: 'GET', path: '/api/v1/mails', query });
