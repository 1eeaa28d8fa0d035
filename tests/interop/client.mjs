// A stock client that does what it is told, one JSON object a line on standard input, one answer a line.
// openid-client and jose with their own defaults; nothing of the hub is known here but its issuer.
import { createInterface } from 'node:readline'
import * as client from 'openid-client'
import { createRemoteJWKSet, importJWK, jwtVerify } from 'jose'

let config, keys, token, proofs

const doing = {
  async discover({ issuer, client_id: id, jwk }) {
    const { alg, kid } = jwk
    const key = await importJWK(jwk, alg)
    const options = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] } // http, on loopback
    config = await client.discovery(new URL(issuer), id, undefined, client.PrivateKeyJwt({ key, kid }), options)
    const told = config.serverMetadata()
    keys = createRemoteJWKSet(new URL(told.jwks_uri))
    return { dpop: told.dpop_signing_alg_values_supported }
  },

  async token({ dpop, scope }) {
    proofs = dpop ? { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair(dpop)) } : undefined
    token = await client.clientCredentialsGrant(config, scope ? { scope } : undefined, proofs)
    return { type: token.token_type, scope: token.scope, token: token.access_token }
  },

  async get({ url }) {
    const { access_token: shown } = token
    const answer = await client.fetchProtectedResource(config, shown, new URL(url), 'GET', undefined, undefined, proofs)
    return { status: answer.status }
  },

  async verify({ token: shown, typ, audience }) {
    const { issuer } = config.serverMetadata()
    const { payload, protectedHeader } = await jwtVerify(shown, keys, { issuer, audience, typ, algorithms: ['EdDSA'] })
    return { kid: protectedHeader.kid, claims: payload }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  const answer = await doing[asked.do](asked).catch((error) => ({
    error: error.error ?? error.code ?? error.name,
    why: String(error.message),
  }))
  console.log(JSON.stringify(answer))
}
