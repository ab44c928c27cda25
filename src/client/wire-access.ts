/** People, tokens and recipient lists as they travel. */
import type { DurationText, Time } from './wire.ts';

export type PrincipalKind = 'person' | 'service';

/** Who is signed in, and what this server is. */
export type Me = {
  id: string;
  name: string;
  kind: PrincipalKind;
  roles: string[];
  auth: 'on' | 'off';
  plant: 'demo' | 'none';
  /** Whether the measurements come from the simulated plant. */
  simulated: boolean;
  version: string;
};

export type Person = {
  id: string;
  name: string;
  email: string | null;
  /** In which mails are written to this person, as BCP 47 names it. */
  language: string | null;
  roles: string[];
};
/** Completes what the person has taken, until then. */
export type Substitute = { person: string; substitute: string; since: Time; until: Time; setBy: string };
export type NewSubstitute = { substitute: string; since?: Time; until: Time };
export type NewPerson = { name: string; email?: string; language?: string; roles: string[] };
export type PersonChange = { name?: string; email?: string | null; language?: string | null; roles?: string[] };
export type SignInLink = { url: string; expiresAt: Time };

export type TokenInfo = {
  id: string;
  name: string;
  roles: string[];
  createdAt: Time;
  createdBy: string;
  expiresAt: Time | null;
  /** To the minute. */
  usedAt: Time | null;
};
export type NewToken = { name: string; roles: string[]; expiresIn?: DurationText };
/** The token itself is shown this once. */
export type CreatedToken = TokenInfo & { token: string };

export type Member = { kind: 'address' | 'role' | 'person'; value: string };
export type RecipientList = { name: string; members: Member[]; updatedAt: Time; updatedBy: string };
export type NewRecipientList = { name: string; members: Member[] };

/** A one-time password was traded; a person has the session cookie. */
export type SignedIn = {
  id: string;
  name: string;
  kind: PrincipalKind;
  roles: string[];
  /** Of a service; shown this once. */
  token: string | null;
};
