/** Joins definitions to a new one: one after another, or all at once. */
import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Composition, composeDefinition } from '../api/definitions.ts';
import { keys } from '../api/keys.ts';
import { listManyDefinitions } from '../api/processes.ts';
import { PlusIcon, TrashIcon } from '../app/icons.tsx';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useLabel } from '../ui/label.ts';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './composer.module.css';

const WAYS = ['sequence', 'parallel'] as const satisfies readonly Composition['as'][];

export function JoinDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [key, setKey] = useState('');
  const [as, setAs] = useState<Composition['as']>('sequence');
  const [parts, setParts] = useState<readonly string[]>(['', '']);
  const of = parts.filter((part) => part !== '').map((definition) => ({ definition }));
  const join = useMutation({
    meta: { showsOwnErrors: true },
    mutationFn: () => composeDefinition({ key: key.trim(), as, of }),
    onSuccess: async ({ version }) => {
      toastDone(t('composer.deployed', { key: key.trim(), version: version ?? 1 }));
      await client.invalidateQueries({ queryKey: keys.definitions });
      await navigate({ to: '/processes/definitions/$key', params: { key: key.trim() } });
    },
  });
  return (
    <Dialog title={t('join.title')} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          join.mutate();
        }}
      >
        <p className="quiet">{t('join.text')}</p>
        <TextInput
          label={t('composer.key')}
          required
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label={t('join.as')}
          data={WAYS.map((value) => ({ value, label: t(`join.ways.${value}`) }))}
          value={as}
          allowDeselect={false}
          onChange={(next) => setAs(WAYS.find((way) => way === next) ?? 'sequence')}
        />
        <Parts parts={parts} onChange={setParts} />
        {join.error && <ProblemPanel error={join.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={join.isPending} disabled={key.trim() === '' || of.length === 0}>
            {t('composer.deploy')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

type PartsProps = { readonly parts: readonly string[]; readonly onChange: (parts: readonly string[]) => void };

function Parts({ parts, onChange }: PartsProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const definitions = useQuery({
    queryKey: [...keys.definitions, 'all'],
    queryFn: ({ signal }) => listManyDefinitions({ signal }),
    select: ({ items }) => items.map((each) => ({ value: each.key, label: label(each.name) || each.key })),
  });
  return (
    <>
      <ol className={classes.parts}>
        {parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
          <li key={at} className={classes.part}>
            <Select
              aria-label={t('join.part', { at: at + 1 })}
              placeholder={t('join.pick')}
              data={definitions.data ?? []}
              value={part === '' ? null : part}
              searchable
              onChange={(next) => onChange(parts.with(at, next ?? ''))}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('join.remove', { at: at + 1 })}
              onClick={() => onChange(parts.toSpliced(at, 1))}
            >
              <TrashIcon />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon size={16} />}
          onClick={() => onChange([...parts, ''])}
        >
          {t('join.add')}
        </Button>
      </div>
    </>
  );
}
