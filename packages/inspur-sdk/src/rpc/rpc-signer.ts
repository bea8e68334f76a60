import { randomInt } from 'node:crypto';
import type { Signer } from '@k8s-ccm/cloud-http';
import { maxNonce } from './rpc-assumed.ts';

/**
 * Returns a signer for the RPC style. Each attempt gets its own timestamp and nonce, because a repeated nonce is
 * refused as a replay; the signature covers both. See inspur-api.md#access-key-signature, inspur-api.md#rpc-style.
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
