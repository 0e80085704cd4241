/** VPC block public access as a stage before all others. */
import type { AddressSet } from '../../model/address-set.ts'
import * as addressSet from '../../model/address-set.ts'
import type { SourceRule, Stage } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { notInternet } from '../../model/public-space.ts'
import type { Known } from './coverage.ts'
import type { Draft } from './draft.ts'
import { memo } from './identity.ts'
import { type Atlas, placeKey } from './origin.ts'
import type { Place } from './records.ts'

export type Blocking = (
  vpcId: string | null,
  subnetId: string | null,
) => { readonly stage: Stage | null; readonly gap: Gap | null }

/** VPC block public access: off where its options were not read, an assumption that is stated. */
export function blockOf(
  draft: Draft,
  atlas: Atlas,
  known: Known,
  placesOf: (vpcId: string | null) => readonly Place[],
): Blocking {
  const options = new Map(
    draft.blockOptions.map((option) => [placeKey(atlas.placeOf(option)), option] as const),
  )
  const excluded = new Set(
    draft.blockExclusions.filter(({ letsIn }) => letsIn).map(({ resourceId }) => resourceId),
  )
  const off = { stage: null, gap: null }
  const closed = memo((key: string): { readonly stage: Stage | null; readonly gap: Gap | null } => {
    const option = options.get(key)
    const place = placesByKey.get(key) as Place
    if (!option)
      return {
        stage: null,
        gap: known.missing(
          'vpc-block-public-access-options',
          place,
          'VPC block public access is taken to be off: aws ec2 describe-vpc-block-public-access-options',
        ),
      }
    if (option.mode === 'off') return off
    const because = [
      {
        filter: 'vpc-block-public-access',
        rule: option.mode,
        set: addressSet.subtract(addressSet.all, notInternet),
        source: option.at,
      },
    ]
    const exclusions = known.state('vpc-block-public-access-exclusions', place)
    const gaps =
      option.mode === 'unknown'
        ? [
            gap(
              'unknown-block-mode',
              'the mode of VPC block public access is not understood',
              option.at,
            ),
          ]
        : exclusions === 'complete'
          ? []
          : [
              known.missing(
                'vpc-block-public-access-exclusions',
                place,
                'which networks are excluded from VPC block public access is not known: aws ec2 describe-vpc-block-public-access-exclusions',
              ),
            ]
    return {
      stage: sources(
        'public-access-block',
        'vpc-block-public-access',
        notInternet,
        gaps.length > 0 ? addressSet.all : notInternet,
        because,
        {
          otherwise: `VPC block public access is ${option.mode}`,
          gaps,
        },
      ),
      gap: null,
    }
  })
  const placesByKey = new Map<string, Place>()
  return (vpcId, subnetId) => {
    if ((vpcId !== null && excluded.has(vpcId)) || (subnetId !== null && excluded.has(subnetId)))
      return off
    const places = placesOf(vpcId)
    const place = places.find((one) => options.has(placeKey(one))) ?? (places[0] as Place)
    const key = placeKey(place)
    placesByKey.set(key, place)
    return closed(key)
  }
}

/** A stage that only these sources pass. */
export const sources = (
  stage: string,
  filter: string | null,
  certain: AddressSet,
  possible: AddressSet,
  because: readonly SourceRule[],
  { otherwise, gaps }: { readonly otherwise: string; readonly gaps: readonly Gap[] },
): Stage => ({
  kind: 'sources',
  stage,
  filter,
  admits: { certain, possible },
  because,
  otherwise,
  gaps,
})
