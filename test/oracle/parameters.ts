import { env } from 'node:process'

/** The seed is fixed so that a run can be told again; a longer search sets both. */
export const oracleSeed = Number(env['ORACLE_SEED'] ?? 20_261_121)
export const oracleRuns = Number(env['ORACLE_RUNS'] ?? 2000)
