// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// npm's soap. usage: node soap.js VERSION
'use strict'

const t = require('./common')

async function main() {
  const version = process.argv[2]
  t.begin(`soap ${t.versionOf('soap')} (npm)`, version)
  const soap = t.client('soap')
  const client = await soap.createClientAsync(t.schema(version), {
    endpoint: process.env.CCMSIM_URL,
    wsdl_options: { rejectUnauthorized: false },
  })
  client.setSecurity(new soap.BasicAuthSecurity(process.env.CCMSIM_USER, process.env.CCMSIM_PASSWORD,
    { rejectUnauthorized: false }))
  const call = async (operation, args) => {
    try {
      const [result, raw] = await client[operation + 'Async'](args)
      return { result, raw }
    } catch (problem) {
      const fault = problem.root?.Envelope?.Body?.Fault
      if (!fault) throw problem
      return { fault: fault.faultstring }
    }
  }
  await t.play(call, { attributes: 'attributes', text: '$value' })
}

main().catch((problem) => t.ok(false, 'no exception', problem)).finally(t.end)
