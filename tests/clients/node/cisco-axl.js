// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// npm's cisco-axl: the flows of its README, then the scenario. It insists on port 8443.
// usage: node cisco-axl.js VERSION
'use strict'

const t = require('./common')

const keys = { attributes: 'attributes', text: 'value' }

async function readme(service) {
  const operations = await service.returnOperations('partition')
  t.ok(operations.includes('addRoutePartition'), 'returnOperations with a filter', operations)
  const all = await service.returnOperations()
  t.ok(all.length > 900, 'returnOperations without a filter', all.length)
  const tags = await service.getOperationTags('addRoutePartition')
  t.ok('name' in tags.routePartition, 'getOperationTags', tags)

  const uuid = await service.executeOperation('addRoutePartition', {
    routePartition: { name: 'INTERNAL-PT', description: 'Internal directory numbers', timeScheduleIdName: '',
      useOriginatingDeviceTimeZone: '', timeZone: '', partitionUsage: '' },
  })
  t.ok(/^\{[0-9A-F-]{36}\}$/.test(uuid), 'executeOperation addRoutePartition', uuid)

  const list = await service.getOperationTags('listRoutePartition')
  for (const name of Object.keys(list.searchCriteria)) list.searchCriteria[name] = '%%'
  const found = await service.executeOperation('listRoutePartition', list, { clean: true, removeAttributes: false })
  const rows = [].concat(found?.routePartition ?? [])
  t.ok(rows.some((row) => row.name === 'INTERNAL-PT'), 'list with all tags and %%', found)

  const variables = { name: 'INTERNAL-PT', description: 'set', _data: { extension: '1001' } }
  t.ok(await service.executeOperation('updateRoutePartition', variables) === uuid, 'json-variables are left out', uuid)
  const read = await service.executeOperation('getRoutePartition', { name: 'INTERNAL-PT' }, { removeAttributes: true })
  t.ok(t.pick(read, 'routePartition.description', keys) === 'set', 'executeOperation getRoutePartition', read)
  t.ok(await service.executeOperation('removeRoutePartition', { name: 'INTERNAL-PT' }) === uuid,
    'executeOperation removeRoutePartition', '')
}

async function main() {
  const version = process.argv[2]
  t.begin(`cisco-axl ${t.versionOf('cisco-axl')} (npm)`, version)
  const AxlService = t.client('cisco-axl')
  const service = new AxlService(process.env.CCMSIM_HOST, process.env.CCMSIM_USER, process.env.CCMSIM_PASSWORD, version)
  await readme(service)
  const call = async (operation, args) => {
    try {
      return { result: { return: await service.executeOperation(operation, args) } }
    } catch (fault) {
      if (fault?.faultstring === undefined) throw fault
      return { fault: fault.faultstring }
    }
  }
  await t.play(call, keys)
}

main().catch((problem) => t.ok(false, 'no exception', problem)).finally(t.end)
