// Runs the migrations under a PostgreSQL advisory lock: node migrate.mjs COMMAND [ARGUMENT …]. (R-CD-2)
//
// The lock belongs to this process' own connection for as long as that lives, whatever the command does with its own: a
// second migration, of another deploy or started by hand, waits for the first to end. Exit codes: the command's own; 75
// (try again later) if the lock was not to be had, or was lost, for which the command is stopped; 1 for everything else.
//
// Environment: DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD, DATABASE_SSLMODE
// (`disable`, or anything else for TLS), MIGRATION_LOCK_SECONDS (how long to wait for the lock; 300).
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

// Any number that all migrations share: "morket" in ASCII.
const LOCK = '120325428438388';
const TRY_AGAIN = 75;

const env = process.env;
const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error('usage: node migrate.mjs COMMAND [ARGUMENT …]');
  process.exit(2);
}

const client = new pg.Client({
  host: env.DATABASE_HOST,
  port: Number(env.DATABASE_PORT ?? 5432),
  database: env.DATABASE_NAME,
  user: env.DATABASE_USER,
  password: env.DATABASE_PASSWORD,
  // As libpq's sslmode=require does: the VPC's own network, and a certificate of Amazon's that images do not know.
  ssl: env.DATABASE_SSLMODE === 'disable' ? false : { rejectUnauthorized: false },
  connectionTimeoutMillis: 30_000,
  keepAlive: true,
  application_name: 'morket-migrate',
});

let migration;
let ended = false;
// A lost connection is a lost lock: somebody else may have it already.
for (const event of ['error', 'end']) {
  client.on(event, () => {
    if (ended) return;
    ended = true;
    console.error('migrate: the connection that holds the lock is lost: stopping');
    migration?.kill('SIGTERM');
    process.exitCode = TRY_AGAIN;
  });
}

// locked takes the lock, or says after some time that somebody else has it.
async function locked() {
  const seconds = Number(env.MIGRATION_LOCK_SECONDS ?? 300);
  const deadline = Date.now() + seconds * 1000;
  for (let told = false; ; told = true) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS locked', [LOCK]);
    if (rows[0].locked) return true;
    if (Date.now() >= deadline) {
      console.error(`migrate: another migration has held the lock for ${seconds} s: nothing was done`);
      return false;
    }
    if (!told) console.error('migrate: another migration is running: waiting for it');
    await sleep(Math.min(1000, Math.max(10, deadline - Date.now())));
  }
}

// run runs the command to its end.
function run() {
  return new Promise((resolve, reject) => {
    migration = spawn(command, args, { stdio: 'inherit' });
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => migration.kill(signal));
    migration.on('error', reject);
    migration.on('exit', (code) => resolve(code ?? 1));
  });
}

let code = 1;
try {
  await client.connect();
  code = (await locked()) ? await run() : TRY_AGAIN;
} catch (error) {
  console.error(`migrate: ${error.message}`);
}
const lost = ended;
ended = true;
await client.end().catch(() => {});
process.exit(lost ? TRY_AGAIN : code);
