import type { Verbosity } from '@k8s-ccm/component-config';
import { readable } from '../http/endpoint.ts';
import type { Answer, Endpoint, EndpointRequest } from '../http/endpoint.ts';
import type { Profiler } from './profiler.ts';

const index = `/debug/pprof/

profile?seconds=30   CPU profile (.cpuprofile, as Chrome's developer tools open it)
heap?seconds=30      what is allocated meanwhile and still there (.heapprofile)
`;

/** Default duration of a profile in seconds. */
const defaultSeconds = 30;
const maxSeconds = 300;

/** Returns the endpoints of `--profiling` by path. */
export function debugEndpoints(
  profiler: Profiler,
  verbosity: Verbosity,
): Readonly<Record<string, Endpoint>> {
  const pprof = readable(() => ({ status: 200, body: index }));
  return {
    '/debug/pprof': pprof,
    '/debug/pprof/': pprof,
    '/debug/pprof/profile': timed('cpuprofile', (ms, signal) => profiler.cpu(ms, signal)),
    '/debug/pprof/heap': timed('heapprofile', (ms, signal) => profiler.heap(ms, signal)),
    '/debug/flags/v': {
      methods: ['PUT'],
      answer: async (request) => setVerbosity(request, verbosity),
    },
  };
}

function timed(
  extension: string,
  record: (ms: number, signal: AbortSignal) => Promise<string | undefined>,
): Endpoint {
  return {
    methods: ['GET'],
    answer: async ({ query, signal }) => {
      const seconds = Number(query.get('seconds') ?? defaultSeconds);
      if (!(seconds > 0 && seconds <= maxSeconds)) {
        return {
          status: 400,
          body: `seconds must be a number greater than 0 and at most ${maxSeconds}\n`,
        };
      }
      const profile = await record(seconds * 1000, signal);
      if (profile === undefined) return { status: 409, body: 'another profile is in progress\n' };
      return attachment(extension, profile);
    },
  };
}

function attachment(extension: string, body: string): Answer {
  return {
    status: 200,
    contentType: 'application/json',
    headers: { 'content-disposition': `attachment; filename="ccm.${extension}"` },
    body,
  };
}

async function setVerbosity(request: EndpointRequest, verbosity: Verbosity): Promise<Answer> {
  const text = (await request.body(64)).trim();
  if (!/^\d{1,3}$/.test(text)) {
    return { status: 400, body: 'the body must be a non-negative integer\n' };
  }
  verbosity.value = Number(text);
  return { status: 200, body: `successfully set verbosity to ${text}\n` };
}
