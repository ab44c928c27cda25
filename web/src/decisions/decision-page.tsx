/** One deployed decision: what it decides by, and what for; its versions, and its file as a diagram. */
import '../i18n/decision-texts.ts';
import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Decision, readDecision, readDmn } from '../api/decisions.ts';
import { keys } from '../api/keys.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { Answer } from '../ui/answer.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { VersionSelect } from '../ui/version-select.tsx';
import classes from './decisions.module.css';
import { PlainWorkbench, TableWorkbench } from './workbench.tsx';

const DiagramPanel = lazy(async () => ({ default: (await import('./diagram/diagram-panel.tsx')).DiagramPanel }));

export function DecisionPage(): ReactNode {
  const { key } = useParams({ from: '/decisions/$key' });
  const { version } = useSearch({ from: '/decisions/$key' });
  return <OfDecision key={`${key} ${version ?? ''}`} decisionKey={key} version={version} />;
}

type OfDecisionProps = { readonly decisionKey: string; readonly version: number | undefined };

function OfDecision({ decisionKey: key, version }: OfDecisionProps): ReactNode {
  const newest = useQuery({
    queryKey: keys.decision(key, undefined),
    queryFn: ({ signal }) => readDecision(key, undefined, signal),
  });
  const isOld = version !== undefined && version !== newest.data?.version;
  const old = useQuery({
    queryKey: keys.decision(key, version),
    queryFn: ({ signal }) => readDecision(key, version, signal),
    enabled: isOld && newest.data !== undefined,
  });
  const asked = isOld && newest.data !== undefined ? old : newest;
  // A draft stays on the version it was made of, whatever is deployed meanwhile.
  const [held, setHeld] = useState<Decision>();
  const [drafts, setDrafts] = useState(0);
  const seen = useRef<Decision>(undefined);
  const shown = held ?? asked.data;
  seen.current = shown;
  const hold = useCallback((isChanged: boolean) => setHeld(isChanged ? seen.current : undefined), []);
  const end = (): void => {
    setHeld(undefined);
    setDrafts((count) => count + 1);
  };
  return (
    <Page>
      <Header decisionKey={key} decision={shown} />
      <Answer to={{ ...asked, data: shown }} lines={10}>
        {(decision) => (
          <Body
            decision={decision}
            newest={newest.data ?? decision}
            hasDraft={held !== undefined}
            drafts={drafts}
            onChanged={hold}
            onDone={end}
          />
        )}
      </Answer>
    </Page>
  );
}

type BodyProps = {
  readonly decision: Decision;
  readonly newest: Decision;
  readonly hasDraft: boolean;
  /** How many drafts have ended; the next begins anew. */
  readonly drafts: number;
  readonly onChanged: (isChanged: boolean) => void;
  readonly onDone: () => void;
};

function Body({ decision, newest, hasDraft, drafts, onChanged, onDone }: BodyProps): ReactNode {
  const { t } = useTranslation();
  const [view, setView] = useState<'logic' | 'diagram'>('logic');
  const { key, version, table } = decision;
  return (
    <>
      {decision.version < newest.version && !hasDraft && decision.table !== undefined && (
        <OldNotice decision={decision} newest={newest} />
      )}
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={t('decisions.view')}
          data={[
            { value: 'logic', label: t(table === undefined ? 'decisions.logic' : 'decisions.table') },
            { value: 'diagram', label: t('decisions.diagram') },
          ]}
          value={view}
          onChange={(next) => setView(next === 'diagram' ? 'diagram' : 'logic')}
        />
        {decision.requires.length > 0 && (
          <nav className={classes.requires} aria-label={t('decisions.requires')}>
            <span className="quiet">{t('decisions.requires')}:</span>
            {decision.requires.map((required) => (
              <Link key={required.key} to="/decisions/$key" params={{ key: required.key }}>
                <bdi>{required.name}</bdi>
              </Link>
            ))}
          </nav>
        )}
      </div>
      {view === 'diagram' && (
        <Suspense>
          <DiagramPanel decision={decision} />
        </Suspense>
      )}
      {/* The draft stays while somebody looks at the diagram. */}
      <div className={classes.view} hidden={view !== 'logic'}>
        {table === undefined ? (
          <PlainWorkbench key={`${key} ${version}`} decision={decision} />
        ) : (
          <TableWorkbench
            key={`${key} ${version} ${drafts}`}
            decision={decision}
            newest={newest}
            onChanged={onChanged}
            onDone={onDone}
            table={table}
          />
        )}
      </div>
    </>
  );
}

type HeaderProps = { readonly decisionKey: string; readonly decision: Decision | undefined };

function Header({ decisionKey: key, decision }: HeaderProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isEngineer = hasRole(usePrincipal(), 'engineer');
  const newest = decision?.versions[0]?.version;
  // The newest has the plain address, which stays with what is newest.
  const searchFor = (version: number) => (version === newest ? {} : { version });
  return (
    <PageHeader
      title={decision?.name || key}
      back={{ to: '/decisions', text: t('nav.decisions') }}
      actions={
        decision && (
          <>
            {isEngineer && decision.version === newest && (
              <LinkButton link={{ to: '/decisions/$key/graph', params: { key } }} text={t('decisions.editGraph')} />
            )}
            <SaveFile decision={decision} />
            <VersionSelect
              versions={decision.versions}
              version={decision.version}
              onChoose={(version) =>
                void navigate({ to: '/decisions/$key', params: { key }, search: searchFor(version) })
              }
            />
          </>
        )
      }
    >
      <code>
        <bdi>{key}</bdi>
      </code>
      {decision && (
        <>
          <span>
            {t('decisions.model')} <bdi>{decision.modelName || decision.model}</bdi>
          </span>
          <span>
            {t('processes.deployed')} <Moment at={decision.deployedAt} /> · <PersonName id={decision.deployedBy} />
          </span>
          {decision.question !== undefined && (
            <p className={classes.question}>
              <bdi>{decision.question}</bdi>
            </p>
          )}
        </>
      )}
    </PageHeader>
  );
}

function SaveFile({ decision: { key, model, version } }: { readonly decision: Decision }): ReactNode {
  const { t } = useTranslation();
  const save = async (): Promise<void> => {
    const url = URL.createObjectURL(new Blob([await readDmn(key, version)], { type: 'application/xml' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: `${model}.dmn` });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button variant="default" onClick={() => void save()}>
      {t('decisions.saveFile')}
    </Button>
  );
}

function OldNotice({ decision, newest }: Pick<BodyProps, 'decision' | 'newest'>): ReactNode {
  const { t } = useTranslation();
  return (
    <p className={classes.old}>
      {t('decisions.old', { version: decision.version, newest: newest.version })}{' '}
      <Link to="/decisions/$key" params={{ key: decision.key }} search={{}}>
        {t('decisions.toNewest')}
      </Link>
    </p>
  );
}
