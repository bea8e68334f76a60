import {
  defineOption,
  optionInteger,
  OptionRegistry,
  optionSwitch,
  optionText,
  optionWord,
} from '@k8s-ccm/provider-kit';
import type { OptionValues } from '@k8s-ccm/provider-kit';

import { optionSlbId, optionSlbIds } from './slb-id.ts';

/** On which port a listener stands: the Service's, the node port, or one on each. */
export type ListenerPortMode = 'service' | 'node-port' | 'both';

/**
 * Every annotation that a Service may carry for this provider. Keys, values and defaults are those
 * of the Go cloud-provider-inspur (inspur-api.md#the-go-program); error texts and the reference page come from here.
 */
export const serviceOptions = new OptionRegistry({
  prefixes: ['loadbalancer.inspur.com/', 'service.beta.kubernetes.io/inspur-'],
  definitions: {
    slbId: defineOption({
      key: 'service.beta.kubernetes.io/inspur-load-balancer-slbid',
      olderKeys: ['service.beta.kubernetes.io/inspur-internal-load-balancer-slbid'],
      codec: optionSlbId,
      default: '',
      doc: 'Id of the existing SLB that carries the Service. Without it the Service gets no load balancer from this provider.',
      since: '0.1.0',
    }),
    abandon: defineOption<readonly string[]>({
      key: 'loadbalancer.inspur.com/abandon',
      codec: optionSlbIds,
      default: [],
      doc: 'Ids of SLBs, separated by commas, that the controller gives up if it cannot read them: it does not wait any longer to remove the listeners of the Service from them.',
      since: '0.2.0',
    }),
    listenerPortMode: defineOption<ListenerPortMode>({
      key: 'loadbalancer.inspur.com/listener-port-mode',
      codec: optionWord<ListenerPortMode>({
        service: 'service',
        'node-port': 'node-port',
        both: 'both',
      }),
      default: 'service',
      doc: 'Whether a listener stands on the port of the Service, on its node port (as the Go program did), or one on each.',
      since: '0.1.0',
    }),
    forwardRule: defineOption<'RR' | 'WRR'>({
      key: 'loadbalancer.inspur.com/forward-rule',
      codec: optionWord<'RR' | 'WRR'>({ RR: 'RR', WRR: 'WRR', WR: 'WRR' }),
      default: 'RR',
      doc: 'How connections are spread over the members: round robin or weighted round robin (`WR` means `WRR`).',
      since: '0.1.0',
    }),
    healthCheck: defineOption({
      key: 'loadbalancer.inspur.com/is-healthcheck',
      codec: optionSwitch,
      default: false,
      doc: 'Whether the SLB checks the health of the members.',
      since: '0.1.0',
    }),
    healthCheckType: defineOption<'tcp' | 'http'>({
      key: 'loadbalancer.inspur.com/healthcheck-type',
      codec: optionWord<'tcp' | 'http'>({ tcp: 'tcp', http: 'http' }),
      default: 'tcp',
      doc: 'How a member is checked.',
      since: '0.1.0',
    }),
    healthCheckPort: defineOption({
      key: 'loadbalancer.inspur.com/healthcheck-port',
      codec: optionInteger({ min: 0, max: 65535 }),
      default: 0,
      doc: 'The port that is checked; 0 is the port of the member.',
      since: '0.1.0',
    }),
    healthCheckPeriod: defineOption({
      key: 'loadbalancer.inspur.com/healthcheck-period',
      codec: optionInteger({ min: 1, max: 3600 }),
      default: 30,
      doc: 'Seconds between two checks.',
      since: '0.1.0',
    }),
    healthCheckTimeout: defineOption({
      key: 'loadbalancer.inspur.com/healthcheck-timeout',
      codec: optionInteger({ min: 1, max: 3600 }),
      default: 1,
      doc: 'Seconds after which a check has failed.',
      since: '0.1.0',
    }),
    healthCheckMax: defineOption({
      key: 'loadbalancer.inspur.com/healthcheck-max',
      codec: optionInteger({ min: 1, max: 100 }),
      default: 1,
      doc: 'Checks in a row that must fail before a member gets no more traffic.',
      since: '0.1.0',
    }),
    healthCheckDomain: defineOption({
      key: 'loadbalancer.inspur.com/healthcheck-domain',
      codec: optionText({
        pattern: /^[A-Za-z0-9.-]{0,253}$/,
        allowed: 'a host name, or nothing',
      }),
      default: '',
      doc: 'Host header of an HTTP check.',
      since: '0.1.0',
    }),
    healthCheckPath: defineOption({
      key: 'loadbalancer.inspur.com/healthcheck-path',
      codec: optionText({
        pattern: /^\/[\x21-\x7e]{0,254}$/,
        allowed: 'a path that begins with "/"',
      }),
      default: '/',
      doc: 'Path of an HTTP check.',
      since: '0.1.0',
    }),
  },
});

/** What a Service asks of its load balancer. */
export type ServiceOptions = OptionValues<typeof serviceOptions.definitions>;
