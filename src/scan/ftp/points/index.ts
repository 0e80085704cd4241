/** The registry: every point, in the order of their turns within a stage. */
import { bounce } from './bounce.ts'
import { certificate } from './certificate.ts'
import { files } from './files.ts'
import { guessing } from './guessing.ts'
import { injection } from './injection.ts'
import { passive } from './passive.ts'
import type { Point, Stage } from './point.ts'
import { product } from './product.ts'
import { proof } from './proof.ts'
import { protection } from './protection.ts'
import { siteCommands } from './site-commands.ts'
import { siteCopy } from './site-copy.ts'
import { sniff } from './sniff.ts'
import { statusAfter, statusBefore } from './status.ts'
import { tlsOffers } from './tls-offers.ts'
import { writable } from './writable.ts'

export const points: readonly Point[] = [
  product,
  statusBefore,
  siteCopy,
  files,
  writable,
  sniff,
  passive,
  siteCommands,
  statusAfter,
  bounce,
  injection,
  tlsOffers,
  proof,
  guessing,
  certificate,
  protection,
]

export const pointsOf = <S extends Stage>(stage: S): readonly Extract<Point, { stage: S }>[] =>
  points.filter((point): point is Extract<Point, { stage: S }> => point.stage === stage)
