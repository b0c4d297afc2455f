// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// npm's strong-soap. usage: node strong-soap.js VERSION
'use strict'

const { promisify } = require('util')
const t = require('./common')

async function main() {
  const version = process.argv[2]
  t.begin(`strong-soap ${t.versionOf('strong-soap')} (npm)`, version)
  const soap = t.client('strong-soap').soap
  const options = { attributesKey: 'attributes', valueKey: 'value' }
  const client = await promisify(soap.createClient)(t.schema(version), options)
  client.setSecurity(new soap.BasicAuthSecurity(process.env.CCMSIM_USER, process.env.CCMSIM_PASSWORD))
  client.setEndpoint(process.env.CCMSIM_URL)
  const call = (operation, args) => new Promise((resolve, reject) => {
    client[operation](args, (problem, result, envelope) => {
      const fault = problem?.root?.Envelope?.Body?.Fault
      if (fault) resolve({ fault: fault.faultstring })
      else if (problem) reject(problem)
      else resolve({ result, raw: envelope })
    })
  })
  await t.play(call, { attributes: 'attributes', text: 'value' })
}

main().catch((problem) => t.ok(false, 'no exception', problem)).finally(t.end)
