// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// cisco-risport, as its README has it: one JSON line of what it returns. usage: ris.js DEVICE...
const path = require("path");
process.env.NODE_NO_WARNINGS = "1";
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // as its README says, for a self-signed certificate
const modules = path.join(process.env.CCMSIM_BUILD, "node", "node_modules");
const RisPort = require(path.join(modules, "cisco-risport"));

const service = new RisPort(process.env.CCMSIM_HOST, process.env.CCMSIM_USER, process.env.CCMSIM_PASSWORD, {}, false);
service
  .selectCmDevice({ action: "SelectCmDeviceExt", maxReturned: 100, deviceClass: "Any", model: 255, status: "Any",
                    selectBy: "Name", selectItems: process.argv.slice(2), protocol: "Any", downloadStatus: "Any" })
  .then((answer) => console.log(JSON.stringify(answer.results)))
  .catch((problem) => { console.error(problem); process.exit(1); });
