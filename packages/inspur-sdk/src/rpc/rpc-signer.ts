import { randomInt } from 'node:crypto';
import type { Signer } from '@k8s-ccm/cloud-http';
import { maxNonce } from './rpc-assumed.ts';

/**
 * A signer for the RPC style: each attempt gets a timestamp and a nonce of its own, because a nonce that is sent twice
 * is refused as a replay, and the signature covers both. See inspur-api.md#access-key-signature, inspur-api.md#rpc-style.
 */
export function rpcSigner(signer: Signer): Signer {
  return {
    sign: async (request, context) => {
      const fresh = {
        Timestamp: String(Math.floor(context.now / 1000)),
        Nonce: String(randomInt(1, maxNonce)),
      };
      const whole = { ...request, query: { ...request.query, ...fresh } };
      const signature = await signer.sign(whole, context);
      return {
        ...signature,
        query: { ...fresh, ...signature.query },
        varying: [...Object.values(fresh), ...(signature.varying ?? [])],
      };
    },
  };
}
