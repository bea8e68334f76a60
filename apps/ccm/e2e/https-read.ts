import { Agent, request } from 'undici';

/** An answer of the manager's own server. */
export interface HttpsAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks the HTTPS server of a `ccm` on this host, whose certificate nobody signed but itself. */
export async function readHttps(port: number, path: string, token?: string): Promise<HttpsAnswer> {
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const { statusCode, body } = await request(`https://127.0.0.1:${port}${path}`, {
      dispatcher: agent,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status: statusCode, body: await body.text() };
  } finally {
    await agent.close();
  }
}
