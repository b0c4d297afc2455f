// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// npm cisco-perfmon, unmodified: objects, instances, values, a session, cookies, a fault as its own error.
'use strict'

const { begin, client, versionOf, ok, end } = require('./common')
const Service = client('cisco-perfmon')
const host = process.env.CCMSIM_HOST
const object = 'Cisco CallManager'

async function main() {
  begin(`cisco-perfmon ${versionOf('cisco-perfmon')} (npm)`, '', 'PerfMon era B')
  const service = new Service(host, process.env.CCMSIM_USER, process.env.CCMSIM_PASSWORD, {}, false)
  const values = await service.collectCounterData(host, object)
  const phones = values.results.find((v) => v.counter === 'RegisteredHardwarePhones')
  ok(phones?.host === host && phones.object === object && phones.instance === '' && phones.cstatus === '1', 'a value', phones)
  const list = await service.listCounter('cucm-sub1')
  const names = [].concat(list.results).map((o) => o.Name)
  ok(names.includes(object) && names.includes('Cisco Phones'), 'objects', names)
  const instances = [].concat((await service.listInstance('cucm-sub1', 'Cisco Phones')).results).map((i) => i.Name)
  ok(instances.length > 10 && instances.every((name) => /^\w/.test(name)), 'instances', instances.length)
  const each = await service.collectCounterData('cucm-sub1', 'Cisco Phones')
  ok(each.results.length === instances.length && each.results.every((v) => instances.includes(v.instance)), 'values of each')
  const counter = { host: 'cucm-sub1', object: 'Cisco Phones', instance: instances[0], counter: 'CallsAttempted' }
  const text = await service.queryCounterDescription(counter)
  ok(/calls/.test(text.results), 'a description', text)
  const handle = (await service.openSession()).results
  ok(/^[0-9a-f-]{36}$/.test(handle), 'a session', handle)
  ok((await service.addCounter(handle, [counter, { host, object, counter: 'CallsActive' }])).results === 'success', 'counters added')
  const session = (await service.collectSessionData(handle)).results
  ok(session.length === 2 && session[0].instance === instances[0] && session[1].cstatus === '0', 'collected', session)
  ok((await service.removeCounter(handle, counter)).results === 'success', 'a counter removed')
  ok([].concat((await service.collectSessionData(handle)).results).length === 1, 'one is left')
  ok((await service.closeSession(handle)).results === 'success', 'closed')
  const gone = await service.collectSessionData(handle).catch((e) => e)
  ok(gone.status === 500 && gone.message.includes(handle), 'a session that is gone is an error', gone)
  const unknown = await service.collectCounterData('nowhere', object).catch((e) => e)
  ok(unknown.status === 500 && /nowhere/.test(unknown.message), 'an unknown host is an error', unknown)
  const cookie = new Service(host, '', '', { Cookie: values.cookie }, false)
  ok((await cookie.collectCounterData(host, object)).results.length === values.results.length, 'the cookie in place of a password')
  end()
}

main().catch((problem) => { ok(false, 'no exception', problem.stack || problem); end() })
