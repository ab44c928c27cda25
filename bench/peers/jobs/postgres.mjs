/** A schema of the peer's own in the PostgreSQL of the peers, and what that server promises as it is set. */
import pg from 'pg';

export const url = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

/** `{ schema, durability, tidy(), isEmpty(query), drop() }`; the peer makes the schema itself. */
export async function openSchema(peer) {
  const schema = `millrace_bench_${peer}_${process.pid}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const setting = async (name) => (await client.query(`SHOW ${name}`)).rows[0][name];
  const [commit, sync] = [await setting('synchronous_commit'), await setting('fsync')];
  return {
    schema,
    durability: `PostgreSQL with synchronous_commit ${commit}, fsync ${sync}: ${promiseOf(commit, sync)}`,
    /** What autovacuum does in time where it is on: without it the peers would plan blindly and wade through dead rows. */
    tidy: async () => {
      const { rows } = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = $1`, [schema]);
      for (const { tablename } of rows) await client.query(`VACUUM (ANALYZE) ${schema}.${tablename}`);
    },
    isEmpty: async (query) => (await client.query(`${query} LIMIT 1`)).rows.length === 0,
    drop: async () => {
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await client.end();
    },
  };
}

function promiseOf(commit, sync) {
  if (sync === 'off') return 'when the machine crashes, anything may be lost';
  if (commit === 'off') return 'when it crashes, the last commits are lost, less than a second of them';
  return 'an enqueued job and a recorded completion survive its crash';
}
