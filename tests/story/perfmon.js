// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// cisco-perfmon: the counters of an object as one JSON object. usage: perfmon.js NODE OBJECT
const path = require("path");
process.env.NODE_NO_WARNINGS = "1";
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // as its README says, for a self-signed certificate
const modules = path.join(process.env.CCMSIM_BUILD, "node", "node_modules");
const PerfMon = require(path.join(modules, "cisco-perfmon"));

const service = new PerfMon(process.env.CCMSIM_HOST, process.env.CCMSIM_USER, process.env.CCMSIM_PASSWORD, {}, false);
service
  .collectCounterData(process.argv[2], process.argv[3])
  .then((answer) => {
    const values = {};
    for (const one of [].concat(answer.results)) values[one.counter] = Number(one.value);
    console.log(JSON.stringify(values));
  })
  .catch((problem) => { console.error(problem); process.exit(1); });
