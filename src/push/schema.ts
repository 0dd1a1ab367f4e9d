/**
 * The tables of `push --postgres`, a migration each; its number is its place, from 1. What has been released is never changed: what is
 * new comes after it. All numbers are in base units (B/s, 1/s, s).
 */
export const MIGRATIONS: readonly string[] = [
  `
create table mountbench_schema (
  version integer primary key,
  applied_at timestamptz not null default now()
);

-- A run: what it ran on and what was asked for.
create table mountbench_run (
  run_id text primary key,
  label text,
  status text not null,
  stopped text,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  pushed_at timestamptz not null default now(),
  tool_version text not null,
  engine text not null,
  engine_version text not null,
  fingerprint text not null,
  git_commit text,
  git_branch text,
  git_dirty boolean,
  reference text not null,
  options jsonb not null,
  environment jsonb not null
);
create index mountbench_run_started_at on mountbench_run (started_at);

-- A scenario on a target: its median with the 95 % interval, and its ratio to the reference of the run (above 1 is better).
create table mountbench_cell (
  run_id text not null references mountbench_run on delete cascade,
  scenario text not null,
  target text not null,
  type text not null,
  status text not null,
  reason text,
  metric text not null,
  unit text not null,
  better text not null,
  rounds integer not null,
  failed_rounds integer not null,
  median double precision,
  low double precision,
  high double precision,
  ratio double precision,
  ratio_low double precision,
  ratio_high double precision,
  verdict text,
  others jsonb not null,
  primary key (run_id, scenario, target)
);
create index mountbench_cell_series on mountbench_cell (scenario, target);
`,
]

/** All of it as one script, for who makes the tables by hand. */
export const schemaScript = () =>
  MIGRATIONS.map(
    (sql, index) =>
      `-- mountbench: version ${index + 1} of the tables\n${sql.trim()}\ninsert into mountbench_schema (version) values (${index + 1});\n`,
  ).join('\n')
