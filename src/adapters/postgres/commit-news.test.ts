/** Commits of other processes: heard soon, also after the connection that hears them was killed or fell silent. */
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freshSchema, postgresAnswers, postgresUrl, runSql } from '../../../test/fresh-postgres.ts';
import { silentLog } from '../../kernel/log.ts';
import { add, put, type Unit } from '../../store/unit.ts';
import { aMachine, machine, output, unit } from '../../testing/store-conformance/parts.ts';
import { startCommitListener } from './commit-listener.ts';
import { type CommitNews, channelOf, MAX_NEWS_BYTES, NOTIFY_PAUSE_MS, openCommitNews } from './commit-news.ts';
import { loadDriver, type Statement } from './driver.ts';

const SOON_MS = 20_000;
const aRow = (id: number): Unit => unit(put(machine, aMachine({ id })));

/** Repeats what is done until it has happened: what a connection misses while it is away is gone. */
async function until(happened: () => boolean, again: () => Promise<unknown> = async () => {}): Promise<void> {
  const deadline = performance.now() + SOON_MS;
  while (!happened()) {
    if (performance.now() > deadline) throw new Error('it did not happen');
    await again();
    await new Promise((resolve) => setTimeout(resolve, NOTIFY_PAUSE_MS));
  }
}

/** The backends that listen for a schema. */
const listenersOf = (schema: string) =>
  runSql(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'millrace listener' AND query LIKE '%${channelOf(schema)}%'`,
  );

describe.skipIf(!postgresAnswers)('listeners on a PostgreSQL store', () => {
  it('hear of families that another process committed to, and of no others', async () => {
    await using db = freshSchema();
    const [teller, hearer] = await Promise.all([db.open(), db.open()]);
    const heard: string[] = [];
    hearer.onCommit(output, () => heard.push('output'));
    const stop = hearer.onCommit(machine, () => heard.push('machine'));
    await until(
      () => heard.length > 0,
      () => teller.commit([aRow(1)]),
    );
    expect(new Set(heard)).toEqual(new Set(['machine']));
    stop();
    heard.length = 0;
    await teller.commit([aRow(2), unit(add(output, ['press', 1], { good: 1 }))]);
    await until(() => heard.includes('output'));
    expect(heard).not.toContain('machine');
  });

  it('hear of a commit of their own process once', async () => {
    await using db = freshSchema();
    const [own, other] = await Promise.all([db.open(), db.open()]);
    let heard = 0;
    own.onCommit(machine, () => {
      heard += 1;
    });
    let isOtherTold = false;
    other.onCommit(machine, () => {
      isOtherTold = true;
    });
    let commits = 0;
    await until(
      () => isOtherTold,
      async () => {
        commits += 1;
        await own.commit([aRow(commits)]);
      },
    );
    expect(heard).toBe(commits);
  });

  it('keep no connection while nobody listens', async () => {
    await using db = freshSchema();
    const store = await db.open();
    await store.commit([aRow(1)]);
    expect(await listenersOf(db.schema)).toEqual([]);
    store.onCommit(machine, () => {});
    while ((await listenersOf(db.schema)).length === 0);
    await store.close();
    expect(await listenersOf(db.schema)).toEqual([]);
  });

  it('hear again after their connection was killed, and are told that they may have missed something', async () => {
    await using db = freshSchema();
    const [teller, hearer] = await Promise.all([db.open(), db.open()]);
    let heard = 0;
    hearer.onCommit(machine, () => {
      heard += 1;
    });
    await until(
      () => heard > 0,
      () => teller.commit([aRow(1)]),
    );
    const [before] = await listenersOf(db.schema);
    heard = 0;
    await runSql(`SELECT pg_terminate_backend(${before?.pid})`);
    await until(() => heard > 0); // nobody committed: it was away
    const [after] = await listenersOf(db.schema);
    expect(after?.pid).not.toBe(before?.pid);
    heard = 0;
    await teller.commit([aRow(2)]);
    await until(() => heard > 0);
  });

  it('replace a connection that has fallen silent', async () => {
    const channel = channelOf('a silent connection');
    await using proxy = await openProxy();
    const heard: string[] = [];
    let missed = 0;
    const listener = startCommitListener({
      driver: await loadDriver(),
      url: proxy.url,
      channel,
      log: silentLog,
      hear: (message) => heard.push(message),
      missed: () => {
        missed += 1;
      },
      pingMs: 50,
      deadlineMs: 300,
    });
    const tell = (message: string) => runSql(`SELECT pg_notify('${channel}', '${message}')`);
    await until(
      () => heard.includes('first'),
      () => tell('first'),
    );
    proxy.freeze();
    await until(() => missed > 0);
    await tell('second');
    await until(() => heard.includes('second'));
    await listener.close();
  });
});

describe('news of commits', () => {
  /** News whose statements are kept instead of being run. */
  function openHere(): { news: CommitNews; told: string[]; times: number[] } {
    const told: string[] = [];
    const times: number[] = [];
    const news = openCommitNews({
      schema: 'here',
      log: silentLog,
      run: async ({ values }: Statement) => {
        told.push(String(values[1]));
        times.push(performance.now());
      },
      startListener: () => {
        throw new Error('nobody listens');
      },
      onNews: () => {},
    });
    return { news, told, times };
  }

  it('are gathered: no two leave within the pause', async () => {
    const { news, told, times } = openHere();
    for (let turn = 0; turn < 60; turn++) {
      news.tell([`family_${turn % 3}`]);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await news.close();
    const pauses = times.slice(1).map((at, place) => at - (times[place] as number));
    expect(pauses.slice(0, -1).every((pause) => pause > NOTIFY_PAUSE_MS - 2)).toBe(true);
    const families = told.flatMap((message) => JSON.parse(message).families as string[]);
    expect(new Set(families)).toEqual(new Set(['family_0', 'family_1', 'family_2']));
  });

  it('name no families where they would be too long', async () => {
    const { news, told } = openHere();
    news.tell([`f${'x'.repeat(MAX_NEWS_BYTES)}`]);
    await news.close();
    expect(told.map((message) => JSON.parse(message).families)).toEqual([undefined]);
  });
});

/** Stands between a client and PostgreSQL; what is frozen passes nothing on any more and does not say so. */
async function openProxy() {
  const { hostname, port } = new URL(postgresUrl);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port || 5432), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(postgresUrl);
  const address = server.address();
  url.hostname = '127.0.0.1';
  url.port = typeof address === 'object' ? String(address?.port) : '';
  return {
    url: url.href,
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
