/** The first lines that somebody reads. */
import { expect, it } from 'vitest';
import { SERVE_ROLES } from '../edge/cli/commands/server.ts';
import { type Introduction, introductionJson, introductionText, programName } from './introduction.ts';

const whole: Introduction = {
  version: '1.2.3',
  name: undefined,
  url: 'http://localhost:8080',
  data: '/plant/data',
  broker: 'memory',
  mails: 'kept',
  roles: SERVE_ROLES,
  plant: 'none',
  signIn: 'http://localhost:8080/sign-in?code=mlc_x',
  program: 'bin/millrace',
};

it('says where the server is, and how to get in now and later', () => {
  expect(introductionText(whole)).toBe(`Millrace 1.2.3 runs on http://localhost:8080
  data: /plant/data, mails are kept and can be read on the page Mails

Sign in once with this link (10 minutes): http://localhost:8080/sign-in?code=mlc_x
A new link at any time: bin/millrace sign-in

`);
});

it('says that the plant is simulated, and that nobody has to sign in', () => {
  const text = introductionText({ ...whole, plant: 'demo', mails: 'sent', signIn: undefined });
  expect(text).toMatch(/ {2}data: \/plant\/data, mails go out by SMTP\n {2}plant: simulated/);
  expect(text).toMatch(/\(MILLRACE_AUTH=off\)\n\nOpen http:\/\/localhost:8080\n\n$/);
});

it('says what a part of a server does', () => {
  const text = introductionText({ ...whole, roles: ['engine', 'worker'], url: undefined, signIn: undefined });
  expect(text).toBe(`Millrace 1.2.3 runs and takes no calls
  data: /plant/data, mails are kept and can be read on the page Mails
  roles: engine, worker

`);
});

it('is one line for machines', () => {
  expect(JSON.parse(introductionJson({ ...whole, signIn: undefined }))).toEqual({
    version: '1.2.3',
    name: null,
    url: 'http://localhost:8080',
    data: '/plant/data',
    broker: 'memory',
    mails: 'kept',
    roles: SERVE_ROLES,
    plant: 'none',
    signIn: null,
  });
});

it('calls the program as the reader can', () => {
  expect(programName('/clone/bin/millrace', '/clone')).toBe('bin/millrace');
  expect(programName('/usr/local/bin/millrace', '/desk')).toBe('millrace');
  expect(programName('/desk/node_modules/.bin/millrace', '/desk')).toBe('millrace');
  expect(programName(undefined, '/desk')).toBe('millrace');
});
