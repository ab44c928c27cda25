/** What a call can fail with: the server's own answer, or that there was none. */
import type { Problem } from './wire.ts';

/** The code when no server answered. */
export const UNREACHABLE = 'client.unreachable';

export class ClientError extends Error {
  /** The stable code of the error table, or `client.unreachable`. */
  readonly code: string;
  /** The HTTP status; 0 when no server answered. */
  readonly status: number;
  readonly action: string;
  /** Everything the server said about it. */
  readonly problem: Problem;

  constructor(problem: Problem, options?: { readonly cause?: unknown }) {
    super(problem.detail, options);
    this.name = 'ClientError';
    this.code = problem.code;
    this.status = problem.status;
    this.action = problem.action;
    this.problem = problem;
  }

  get detail(): string {
    return this.message;
  }
}

export const isClientError = (error: unknown, code?: string): error is ClientError =>
  error instanceof ClientError && (code === undefined || error.code === code);

/** No answer came. `url` is where it was looked for. */
export function unreachable(url: string, cause: unknown): ClientError {
  return new ClientError(
    {
      type: `urn:millrace:error:${UNREACHABLE}`,
      title: 'Unreachable',
      status: 0,
      code: UNREACHABLE,
      detail: `No Millrace server answers at ${url}.`,
      action: 'Check the address, and that the server runs.',
    },
    { cause },
  );
}

/** The problem in an answer; one is made when the body is not one, as from a proxy. */
export async function errorOf(answer: Response): Promise<ClientError> {
  const text = await answer.text();
  return new ClientError(parse(text) ?? foreign(answer, text));
}

function parse(text: string): Problem | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body
      ? (body as Problem)
      : undefined;
  } catch {
    return undefined;
  }
}

function foreign({ status, statusText, url }: Response, text: string): Problem {
  return {
    type: 'about:blank',
    title: statusText,
    status,
    code: 'client.foreign-answer',
    detail: `${url} answered ${status} ${statusText}: ${text.slice(0, 200)}`,
    action: 'Check that the address is that of a Millrace server.',
  };
}
