// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// npm cisco-risport, unmodified: selections with both operations, pages by StateInfo, batches, cookies in place of a
// password, a fault as its own error. It can't be told another port than 8443.
'use strict'

const { begin, client, versionOf, ok, end } = require('./common')
const Service = client('cisco-risport')
const host = process.env.CCMSIM_HOST
const phone = 'SEP00DE00C01000'

const devices = (nodes) => [].concat(nodes || []).flatMap((node) => [].concat(node.CmDevices?.item || []))
const select = (service, action, items, more = {}) =>
  service.selectCmDevice({ action, maxReturned: 2000, deviceClass: 'Any', model: 255, status: 'Any', node: '', selectBy: 'Name',
    selectItems: items, protocol: 'Any', downloadStatus: 'Any', ...more })

async function main() {
  begin(`cisco-risport ${versionOf('cisco-risport')} (npm)`, '', 'RIS era B')
  const service = new Service(host, process.env.CCMSIM_USER, process.env.CCMSIM_PASSWORD, {}, false)
  const one = await select(service, 'SelectCmDeviceExt', [phone])
  const device = devices(one.results)[0]
  ok(device?.Name === phone && device.Status === 'Registered' && device.DirNumber === '2001-Registered', 'a phone by name', device)
  ok(device?.IPAddress?.item?.IPAddrType === 'ipv4' && /^127\./.test(device.IPAddress.item.IP), 'its address', device?.IPAddress)
  ok(one.cookie.includes('JSESSIONIDSSO='), 'a cookie is told', one.cookie)
  const all = devices((await select(service, 'SelectCmDevice', '*')).results)
  ok(all.length > 60 && all.some((d) => d.DeviceClass === 'SIPTrunk'), 'all by a star', all.length)
  const any = devices((await service.selectCmDevice('SelectCmDeviceExt', 2000, 'Any', '', 'Any', '', 'Name', '', 'Any', 'Any')).results)
  ok(any.length === all.length, 'all by an empty item', any.length)
  const paged = await service.selectCmDevicePaginated('SelectCmDevice', 2000, 'Phone', 255, 'Any', '', 'Name', '*', 'Any', 'Any')
  const names = devices(paged.results).map((d) => d.Name)
  ok(names.length > 50 && new Set(names).size === names.length, 'pages by StateInfo: each device once', names.length)
  const batched = await service.selectCmDeviceBatched('SelectCmDeviceExt', {}, names, { chunkSize: 25, delayMs: 1 })
  ok(devices(batched.results).length === names.length, 'batches of names', devices(batched.results).length)
  const nobody = await select(service, 'SelectCmDeviceExt', ['SEPFFFFFFFFFFFF'])
  ok(nobody.results === '' && nobody.stateInfo === '', 'nothing found', nobody)
  const session = new Service(host, '', '', { cookie: one.cookie }, false)
  ok(devices((await select(session, 'SelectCmDeviceExt', [phone])).results).length === 1, 'the cookie in place of a password')
  const wrong = await select(new Service(host, 'nobody', 'x', {}, false), 'SelectCmDevice', [phone]).catch((e) => e)
  ok(wrong.status === 401, 'a wrong password', wrong)
  const refused = await select(service, 'SelectCmDevice', [phone], { selectBy: 'Colour' }).catch((e) => e)
  ok(refused.name === 'RisPortError' && refused.status === 500 && /Colour/.test(refused.message), 'a fault is an error', refused)
  const cti = await service.selectCtiDevice(2000, 'Line', 'Any', '', 'AppId', '', '', '').catch((e) => e)
  ok(/selectCtiItem is not carried out/.test(cti.message), 'selectCtiItem is named as not carried out', cti)
  end()
}

main().catch((problem) => { ok(false, 'no exception', problem.stack); end() })
