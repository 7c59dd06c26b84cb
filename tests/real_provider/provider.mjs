// A certified OpenID provider for tests: oidc-provider on loopback, with keys made at the start and nothing kept after the end.
//
//   node provider.mjs '{"port": 1, "console": {...}, "applications": [...], "resources": {...}, "people": {...}, "claims": [...]}'
//
// The account that `login_hint` names is signed in without a question, by the methods that `people` gives it. A line
// "ready" is printed when it listens, and a line for every request, so that a test can count them. It ends with its parent.
import { generateKeyPairSync, randomBytes } from 'node:crypto';

import Provider, { errors } from 'oidc-provider';

const told = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${told.port}`;

const signing = (alg, kind, options) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }),
  use: 'sig',
  alg,
});

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: told.console.client_id,
      client_secret: told.console.client_secret,
      redirect_uris: [told.console.redirect_uri],
      post_logout_redirect_uris: [told.console.after_sign_out],
      backchannel_logout_uri: told.console.backchannel_logout_uri,
      backchannel_logout_session_required: true,
      id_token_signed_response_alg: told.console.algorithm,
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
    ...told.applications.map((one) => ({
      ...one,
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    })),
  ],
  jwks: {
    keys: [signing('RS256', 'rsa', { modulusLength: 2048 }), signing('ES256', 'ec', { namedCurve: 'P-256' })],
  },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  pkce: { required: () => true },
  acrValues: ['urn:example:two-factors', 'urn:example:one-factor'],
  // Without `auth_time` among them, when somebody proved themselves is told only where `max_age` asks for it.
  claims: { openid: told.claims },
  scopes: ['openid', 'check'],
  findAccount: (_ctx, id) => (id in told.people ? { accountId: id, claims: () => ({ sub: id }) } : undefined),
  // The console is the house's own: nobody is asked whether it may know them.
  async loadExistingGrant(ctx) {
    const { client, session, provider: { Grant } } = ctx.oidc;
    const grant = new Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  // Its own requests may not go to loopback otherwise, where the service of a test lives.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(_ctx, resource) {
        if (!(resource in told.resources)) throw new errors.InvalidTarget();
        const form = told.resources[resource];
        return {
          scope: 'check',
          audience: resource,
          accessTokenTTL: 300,
          accessTokenFormat: form,
          ...(form === 'jwt' && { jwt: { sign: { alg: 'ES256' } } }),
        };
      },
    },
  },
  ttl: { AccessToken: 300, ClientCredentials: 300, IdToken: 300, Grant: 600, Interaction: 600, Session: 600 },
});

provider.use(async (ctx, next) => {
  const { method, path } = ctx;
  if (!path.startsWith('/interaction/')) {
    await next();
    console.log(`answered ${method} ${path} ${ctx.status}`);
    return;
  }
  console.log(`asked ${method} ${path}`);
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  const methods = told.people[params.login_hint];
  const result = methods
    ? { login: { accountId: params.login_hint, amr: methods, acr: `urn:example:${methods.length > 1 ? 'two-factors' : 'one-factor'}` } }
    : { error: 'access_denied', error_description: 'nobody of that name' };
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
});

for (const name of ['backchannel.success', 'backchannel.error', 'server_error', 'grant.error', 'authorization.error']) {
  provider.on(name, (_ctx, error) => console.log(`told ${name} ${error instanceof Error ? error.message : ''}`));
}

const server = provider.listen(told.port, '127.0.0.1', () => console.log('ready'));
process.stdin.resume().on('end', () => {
  server.close();
  process.exit(0);
});
