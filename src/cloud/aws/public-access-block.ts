/** describe-vpc-block-public-access-options and …-exclusions */
import { gap } from '../../model/gap.ts'
import { readText } from '../decode.ts'
import { has, locate, nowhere, placeOfArn, type ResourceFile, required } from './resource-file.ts'

export const publicAccessBlock: ResourceFile = {
  collection: 'vpc-block-public-access-options',
  members: ['VpcBlockPublicAccessOptions'],
  matches: (element) => has(element, 'InternetGatewayBlockMode'),
  read(element, at, origin, draft) {
    const { note } = draft
    const mode = readText(element, 'InternetGatewayBlockMode', at, note)
    const known = mode === 'off' || mode === 'block-ingress' || mode === 'block-bidirectional'
    if (!known)
      note(
        gap(
          'unknown-block-mode',
          `InternetGatewayBlockMode ${JSON.stringify(mode)} is not understood`,
          at,
        ),
      )
    const account = readText(element, 'AwsAccountId', at, note)
    const region = readText(element, 'AwsRegion', at, note)
    draft.blockOptions.push({
      id: 'vpc-block-public-access',
      at,
      origin,
      own: locate(draft, origin, { account, region }),
      mode: known ? mode : 'unknown',
    })
  },
}

export const publicAccessBlockExclusions: ResourceFile = {
  collection: 'vpc-block-public-access-exclusions',
  members: ['VpcBlockPublicAccessExclusions'],
  matches: (element) => has(element, 'InternetGatewayExclusionMode'),
  read(element, at, origin, draft) {
    const { note } = draft
    const arn = required(element, 'ResourceArn', at, note)
    const resourceId = arn?.split('/').at(-1)
    if (arn === undefined || resourceId === undefined) return
    const place = placeOfArn(arn)
    const state = readText(element, 'State', at, note)
    // What is only being created does not hold yet, what is being deleted may hold no more.
    const holds = state === null || /^(create-complete|update-)/.test(state)
    draft.blockExclusions.push({
      id: readText(element, 'ExclusionId', at, note) ?? resourceId,
      at,
      origin,
      own: locate(draft, origin, place.account === null ? nowhere : place, resourceId),
      resourceId,
      letsIn: holds && element['InternetGatewayExclusionMode'] === 'allow-bidirectional',
    })
  },
}
