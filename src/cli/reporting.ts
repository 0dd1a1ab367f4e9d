import { type Command, Option } from 'commander'
import type { PushFlags } from '../commands/push.js'
import { type ReportFlags, reportCommand } from '../commands/report.js'
import type { Deps } from '../deps.js'
import { FORMAT_NAMES } from '../report/index.js'
import { RUN_WORDS } from './shared.js'

const REPORT_EXAMPLES = `
Examples:
  mountbench report                                          the latest run as a table
  mountbench report --format markdown                        in GitHub Actions also added to the summary of the step
  mountbench report 3f2a9c1 --format csv --output trials.csv
  mountbench report --format gha-bigger --output bigger.json for github-action-benchmark; gha-smaller is the other half
  mountbench report latest~1 latest --format go-benchmark    for benchstat -col /target`

/** `mountbench report`. */
export function addReport(program: Command, deps: Deps): void {
  program
    .command('report [run...]')
    .description(`runs that are there, in any format: ${RUN_WORDS} (default: latest)`)
    .addOption(new Option('--format <name>', 'of the report').choices(FORMAT_NAMES).default('table'))
    .option('--output <file>', 'write it there instead of to stdout')
    .option('--results <folder>', 'where runs are kept', 'results')
    .addHelpText('after', REPORT_EXAMPLES)
    .action((runs: string[], flags: ReportFlags) => reportCommand(runs, flags, deps))
}

const PUSH_EXAMPLES = `
Examples:
  mountbench push --to http://gateway:9091                                          a Prometheus Pushgateway
  mountbench push --to 'http://influx:8086/write?db=bench'                          InfluxDB 1.x
  mountbench push latest --to 'https://influx/api/v2/write?org=o&bucket=b'          InfluxDB 2.x
  mountbench push --postgres 'postgresql://bench@db/bench?sslmode=verify-full'      PostgreSQL
Secrets: INFLUX_TOKEN (or INFLUX_USERNAME and INFLUX_PASSWORD), PGPASSWORD or ~/.pgpass, or user:password@ in the URL. They are never printed.
The run stays where it is, whatever happens. Exit code 3 when it could not be pushed.`

/** `mountbench push`. */
export function addPush(program: Command, deps: Deps): void {
  program
    .command('push [run]')
    .description(`send a run to what you already have: ${RUN_WORDS} (default: latest)`)
    .option('--to <url>', 'a Prometheus Pushgateway, or the write address of InfluxDB')
    .option('--postgres <url>', 'a PostgreSQL database; its tables are made when they are not there')
    .option('--timeout <time>', 'of one attempt', '10s')
    .option('--attempts <n>', 'in all, when the server does not answer or is overloaded', '4')
    .option('--print-schema', 'print the SQL of the tables, and send nothing')
    .option('--results <folder>', 'where runs are kept', 'results')
    .addHelpText('after', PUSH_EXAMPLES)
    .action(async (run: string | undefined, flags: PushFlags) => {
      const { pushCommand } = await import('../commands/push.js')
      await pushCommand(run, flags, deps)
    })
}
