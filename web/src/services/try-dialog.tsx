/** Calls an operation, or sends it a command, with what somebody types: parameters, and a body that begins as an example. */
import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BusOperation, callOperation, sendCommand } from '../api/bus.ts';
import { isProblem } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Pill } from '../ui/pill.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import { isRightFor, paramsOf, paramValues, type RouteParam } from './route-params.ts';
import { schemaExample } from './schema-example.ts';
import classes from './services.module.css';

export type TryDialogProps = {
  readonly service: string;
  readonly operation: BusOperation;
  readonly onClose: () => void;
};

type Outcome = { readonly text?: string; readonly note: string };

export function TryDialog({ service, operation, onClose }: TryDialogProps): ReactNode {
  const { t } = useTranslation();
  const isCall = operation.kind === 'rpc';
  const params = paramsOf(operation.route);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [body, setBody] = useState(() => exampleFor(operation));
  const parsed = bodyOf(operation, body);
  const ask = useAsk(operation.kind);
  const isComplete = params.every((param) => isRightFor(param, texts[param.name] ?? ''));
  const submit = (): void => {
    if (!isComplete || 'problem' in parsed) return;
    ask.mutate({ service, operation: operation.name, params: paramValues(params, texts), ...parsed });
  };
  return (
    <Dialog isWide title={t('services.tryNamed', { name: operation.name })} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {!isCall && <p className="quiet">{t('services.commandText')}</p>}
        {params.map((param) => (
          <ParamField
            key={param.name}
            param={param}
            text={texts[param.name] ?? ''}
            onChange={(text) => setTexts((all) => ({ ...all, [param.name]: text }))}
          />
        ))}
        {operation.kind !== 'event' && (
          <Textarea
            className={classes.editor ?? ''}
            label={operation.isText ? t('services.bodyText') : t('services.bodyJson')}
            description={operation.body === null && !operation.isText ? t('services.bodyNotSaid') : null}
            dir="ltr"
            autosize
            minRows={3}
            maxRows={14}
            spellCheck={false}
            value={body}
            error={'problem' in parsed ? t('services.notJson', { problem: parsed.problem }) : null}
            onChange={(event) => setBody(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('close')}
          </Button>
          <Button type="submit" loading={ask.isPending} disabled={!isComplete || 'problem' in parsed}>
            {t(isCall ? 'services.call' : 'services.send')}
          </Button>
        </Group>
        <div aria-live="polite">
          {ask.error && <Refusal error={ask.error} />}
          {ask.data && <ResultBox outcome={ask.data} />}
        </div>
      </form>
    </Dialog>
  );
}

/** An example of what it takes; nothing for an operation that reads no body. */
function exampleFor({ body, isText }: BusOperation): string {
  if (isText) return 'text';
  return body === null ? '' : JSON.stringify(schemaExample(body), null, 2);
}

type Parsed = { readonly body?: unknown } | { readonly problem: string };

function bodyOf({ isText }: BusOperation, text: string): Parsed {
  if (isText) return { body: text };
  if (text.trim() === '') return {};
  try {
    return { body: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function useAsk(kind: BusOperation['kind']) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    meta: { showsOwnErrors: true },
    mutationFn: async (asked: Parameters<typeof callOperation>[0]): Promise<Outcome> => {
      if (kind === 'command') {
        const { id } = await sendCommand(asked);
        return { note: t('services.sent', { id }) };
      }
      const { result, stream } = await callOperation(asked);
      const note = stream === null ? '' : t('services.streamed', { count: stream.items });
      const more = stream?.isComplete === false ? ` ${t('services.streamCut')}` : '';
      return { text: JSON.stringify(result, null, 2), note: `${note}${more}` };
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.queues }),
  });
}

type ParamFieldProps = {
  readonly param: RouteParam;
  readonly text: string;
  readonly onChange: (text: string) => void;
};

function ParamField({ param, text, onChange }: ParamFieldProps): ReactNode {
  const { t } = useTranslation();
  const isWrong = text !== '' && !isRightFor(param, text);
  return (
    <TextInput
      className={classes.ltr ?? ''}
      label={param.name}
      required
      value={text}
      inputMode={param.isWhole ? 'numeric' : 'text'}
      error={isWrong ? t('services.notWhole') : null}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Refusal({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.result}>
      <div className={classes.resultHead}>
        <h3>{t('services.refused')}</h3>
        {isProblem(error) && (
          <Pill tone="bad">
            <bdi>{error.code}</bdi>
          </Pill>
        )}
      </div>
      <ProblemPanel error={error} />
    </div>
  );
}

function ResultBox({ outcome: { text, note } }: { readonly outcome: Outcome }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.result}>
      <div className={classes.resultHead}>
        <h3>{t(text === undefined ? 'services.done' : 'services.result')}</h3>
        {note !== '' && <span className="quiet">{note}</span>}
      </div>
      {text !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre className={`${classes.code} ${classes.wrapped}`} dir="ltr" tabIndex={0}>
          {text}
        </pre>
      )}
    </div>
  );
}
