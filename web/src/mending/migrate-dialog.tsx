/** Lets an instance go on by another version, after a look at what becomes of each of its tokens. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type MigrationAnswer, type MigrationRequest, migrateInstance } from '../api/mending.ts';
import type { Definition, Instance } from '../api/processes.ts';
import { useDefinition, useSteps } from '../history/steps.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { MendDialog } from './mend-dialog.tsx';
import classes from './mending.module.css';
import { MigrationPreview } from './migration-preview.tsx';
import { type NodeMap, nodesOf, presetsOf } from './node-map.ts';
import { NodeMapFields } from './node-map-fields.tsx';
import { useMending } from './use-mending.ts';

export type MigrateDialogProps = {
  readonly instance: Instance;
  readonly definition: Definition;
  readonly onClose: () => void;
};

export function MigrateDialog({ instance, definition, onClose }: MigrateDialogProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { id, version } = instance;
  const newest = useDefinition(instance.definition, undefined);
  const others = (newest.data?.versions ?? []).filter((one) => one.version !== version);
  const [wanted, setWanted] = useState<number>();
  const target = wanted ?? others[0]?.version;
  const [overrides, setOverrides] = useState<NodeMap>({});
  const targetDefinition = useDefinition(instance.definition, target, target !== undefined);
  const map = useNodeMap({ instance, here: definition, there: targetDefinition.data, overrides });
  const request = { version: target ?? 0, nodes: nodesOf(map) };
  const preview = usePreview(id, request, targetDefinition.data !== undefined);
  const mending = useMending(() => migrateInstance(id, request), {
    done: t('mend.migrated', { version: request.version }),
    onDone: onClose,
  });
  const isClear = preview.data !== undefined && preview.data.problems.length === 0;
  const names = {
    here: useSteps(instance.definition, version).nameOf,
    there: useSteps(instance.definition, target).nameOf,
  };
  return (
    <MendDialog
      title={t('mend.migrateTitle')}
      text={newest.data !== undefined && others.length === 0 ? t('mend.onlyVersion') : t('mend.migrateText')}
      isWide
      submit={{ text: t('mend.migrateTo', { version: target ?? '–' }), isDisabled: !isClear }}
      mending={mending}
      onSubmit={() => mending.mutate()}
      onClose={onClose}
    >
      {target !== undefined && (
        <Select
          label={t('mend.version')}
          data={others.map((one) => ({
            value: String(one.version),
            label: t('processes.versionFrom', { version: one.version, at: format.moment(one.deployedAt) }),
          }))}
          value={String(target)}
          allowDeselect={false}
          onChange={(next) => {
            setWanted(Number(next));
            setOverrides({});
          }}
        />
      )}
      {targetDefinition.data !== undefined && (
        <NodeMapFields map={map} there={targetDefinition.data} nameOf={names.here} onChange={setOverrides} />
      )}
      {target !== undefined && (
        <section className={classes.form} aria-label={t('mend.preview')}>
          <h3>{t('mend.preview')}</h3>
          <Answer to={preview}>{(answer) => <MigrationPreview answer={answer} names={names} />}</Answer>
        </section>
      )}
    </MendDialog>
  );
}

/** A dry run: asked again whenever the choice, or the instance, changes. */
const usePreview = (id: string, request: MigrationRequest, isWanted: boolean) =>
  useQuery<MigrationAnswer>({
    queryKey: keys.migration(id, request),
    queryFn: () => migrateInstance(id, { ...request, dryRun: true }),
    enabled: isWanted,
  });

type MapParts = {
  readonly instance: Instance;
  readonly here: Definition;
  readonly there: Definition | undefined;
  readonly overrides: NodeMap;
};

/** Asked for are only nodes that the instance is at and that are not there. */
function useNodeMap({ instance, here, there, overrides }: MapParts): NodeMap {
  if (there === undefined) return {};
  return {
    ...presetsOf(
      instance.tokens.map(({ node }) => node),
      here,
      there,
    ),
    ...overrides,
  };
}
