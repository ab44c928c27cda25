/** Who stands in for a person, from when until when: named by the person, or by an administrator for them. */
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { endSubstitute, listSubstitutes, nameSubstitute, type Substitute } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { TrashIcon } from '../app/icons.tsx';
import { usePrincipal } from '../app/principal.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { fromLocalTime } from '../ui/local-time.ts';
import { useNow } from '../ui/now.ts';
import { usePeople, usePersonName } from '../ui/person-name.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './access.module.css';

export type SubstitutesDialogProps = {
  readonly person: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
};

export function SubstitutesDialog({ person, onClose }: SubstitutesDialogProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const substitutes = useQuery({
    queryKey: keys.substitutes(person.id),
    queryFn: ({ signal }) => listSubstitutes(person.id, { signal }),
  });
  return (
    <Dialog
      title={person.id === me.id ? t('substitutes.title') : t('substitutes.titleOf', { name: person.name })}
      onClose={onClose}
    >
      <div className={classes.form}>
        <p className="quiet">{t('substitutes.text')}</p>
        <Answer to={substitutes} lines={2}>
          {({ items }) =>
            items.length === 0 ? (
              <p>{t('substitutes.none')}</p>
            ) : (
              <ul className={classes.form}>
                {items.map((substitute) => (
                  <SubstituteRow key={substitute.substitute} substitute={substitute} />
                ))}
              </ul>
            )
          }
        </Answer>
        <NewSubstituteForm person={person.id} />
      </div>
    </Dialog>
  );
}

function SubstituteRow({
  substitute: { person, substitute, since, until },
}: {
  readonly substitute: Substitute;
}): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const personName = usePersonName();
  const client = useQueryClient();
  const name = personName(substitute);
  const end = useMutation({
    mutationFn: () => endSubstitute(person, substitute),
    onSuccess: () => toastDone(t('substitutes.ended', { name })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.substitutes(person) }),
  });
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <div>
          <bdi>{name}</bdi>
          <p className="quiet small">
            {t('substitutes.period', { from: format.moment(since), until: format.moment(until) })}
          </p>
        </div>
        <Button
          variant="default"
          size="xs"
          leftSection={<TrashIcon size={15} />}
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          {t('substitutes.end', { name })}
        </Button>
      </Group>
    </li>
  );
}

function NewSubstituteForm({ person }: { readonly person: string }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const now = useNow();
  const personName = usePersonName();
  const people = usePeople().filter(({ id }) => id !== person);
  const [who, setWho] = useState<string | null>(null);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const sinceAt = fromLocalTime(from);
  const untilAt = fromLocalTime(until);
  const isWrong =
    untilAt !== null && Date.parse(untilAt) <= Math.max(now, sinceAt === null ? now : Date.parse(sinceAt));
  const add = useMutation({
    mutationFn: (substitute: string) =>
      nameSubstitute(person, { substitute, until: untilAt ?? '', ...(sinceAt !== null && { since: sinceAt }) }),
    meta: { showsOwnErrors: true },
    onSuccess: ({ substitute }) => {
      toastDone(t('substitutes.added', { name: personName(substitute) }));
      setWho(null);
      setFrom('');
      setUntil('');
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.substitutes(person) }),
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (who !== null) add.mutate(who);
      }}
    >
      <Select
        label={t('substitutes.who')}
        placeholder={t('substitutes.pick')}
        data={people.map(({ id, name }) => ({ value: id, label: name }))}
        value={who}
        onChange={setWho}
        searchable
        nothingFoundMessage={t('substitutes.nobody')}
      />
      <TextInput
        label={t('substitutes.from')}
        description={t('substitutes.now')}
        type="datetime-local"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        label={t('substitutes.until')}
        type="datetime-local"
        required
        value={until}
        error={isWrong ? t('substitutes.wrongTimes') : null}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      {add.error !== null && <ProblemPanel error={add.error} />}
      <Group justify="flex-end">
        <Button type="submit" loading={add.isPending} disabled={who === null || untilAt === null || isWrong}>
          {t('substitutes.add')}
        </Button>
      </Group>
    </form>
  );
}
