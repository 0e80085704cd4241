/** Gateway load balancers send the traffic of a front or an interface through appliances that nobody here can read. */
import * as addressSet from '../../../model/address-set.ts'
import type { Leg } from '../../../model/estate.ts'
import { gap } from '../../../model/gap.ts'
import { notInternet } from '../../../model/public-space.ts'

export const gatewayStage: Leg['stages'][number] = {
  stage: {
    kind: 'sources',
    stage: 'front',
    filter: null,
    admits: { certain: notInternet, possible: addressSet.all },
    because: [],
    otherwise: 'the appliances of a gateway load balancer stop it',
    gaps: [
      gap(
        'through-gateway-load-balancer',
        'the traffic goes through the appliances of a gateway load balancer; what they let through is not known',
        null,
      ),
    ],
  },
  role: 'limits',
}
