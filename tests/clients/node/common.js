// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// scenario.json for the Node.js clients: steps, paths into answers, result lines.
'use strict'

const fs = require('fs')
const path = require('path')

const build = process.env.CCMSIM_BUILD
const modules = path.join(build, 'node', 'node_modules')
const client = (name) => require(path.join(modules, name))
const versionOf = (name) => JSON.parse(fs.readFileSync(path.join(modules, name, 'package.json'), 'utf8')).version
let failed = 0

function schema(version) {
  const vendor = path.join(modules, 'cisco-axl', 'schema', version, 'AXLAPI.wsdl')
  return fs.existsSync(vendor) ? vendor : path.join(build, 'gen', 'toolkit', 'schema', version, 'AXLAPI.wsdl')
}

function steps() {
  return JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'scenario.json'), 'utf8')).steps
}

// Names of the members that hold attributes and text differ between clients.
function part(value, name, keys) {
  if (/^\d+$/.test(name)) {
    return Array.isArray(value) ? value[Number(name)] : name === '0' ? value : undefined
  }
  if (Array.isArray(value)) value = value[0]
  if (value === null || typeof value !== 'object') return undefined
  return name.startsWith('@') ? value[keys.attributes]?.[name.slice(1)] : value[name]
}

function pick(answer, where, keys) {
  for (const name of where.split('.')) answer = part(answer, name, keys)
  if (answer !== null && typeof answer === 'object') answer = answer[keys.text]
  return answer === undefined || answer === null ? null : String(answer)
}

function matches(wanted, got, kept) {
  if (wanted === '{uuid}') return /^\{[0-9A-F-]{36}\}$/.test(got ?? '')
  if (wanted === '*') return Boolean(got)
  return got === (wanted.startsWith('$') ? kept[wanted.slice(1)] : wanted)
}

function ok(good, name, seen) {
  if (!good) failed++
  const text = seen instanceof Error ? seen.message : typeof seen === 'string' ? seen : JSON.stringify(seen)
  console.log(good ? `ok - ${name}` : `not ok - ${name}: ${String(text).replace(/\s+/g, ' ').slice(0, 500)}`)
}

// call(operation, arguments) answers { result } or { fault }; raw is the answer's text if the client tells it.
async function play(call, keys, prefix = '') {
  const kept = {}
  for (const step of steps()) {
    const { result, fault, raw } = await call(step.op, structuredClone(step.args))
    const name = prefix + step.name
    if (fault !== undefined) {
      ok(step.fault !== undefined && fault.includes(step.fault), name, `fault: ${fault}`)
      continue
    }
    if (step.fault !== undefined) {
      ok(false, name, 'no fault')
      continue
    }
    if (step.raw) ok((raw ?? JSON.stringify(result)).includes('SEP0011223344AA'), name, result)
    if (step.keep) kept[step.keep] = pick(result, 'return', keys)
    for (const [where, wanted] of Object.entries(step.expect)) {
      const got = pick(result, where, keys)
      ok(matches(wanted, got, kept), `${name}: ${where}`, `got ${got}, wanted ${wanted}`)
    }
  }
}

function begin(name, version, api = `AXL ${version}`) {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  process.removeAllListeners('warning')
  console.log(`# client: ${name}\n# api: ${api}`)
}

const end = () => process.exit(failed ? 1 : 0)

module.exports = { schema, steps, client, versionOf, pick, matches, ok, play, begin, end }
