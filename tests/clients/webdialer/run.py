#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
"""WebDialer by an unmodified client: provisions, then runs it. usage: run.py zeep|php|perl|axis

Each client reads alice's profile in both forms, makes a call, ends it, and is refused with a wrong password; whether the
call was up is asked of the simulator."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "cases", "webdialer")]
from people import ALICE, PASSWORD, Cluster  # noqa: E402

COMMANDS = {"zeep": ["/usr/bin/python3", "zeep_client.py"], "php": ["php", "client.php"], "perl": ["perl", "client.pl"],
            "axis": ["sh", "run-axis"]}

Cluster()
command = COMMANDS[sys.argv[1]]
environment = dict(os.environ, WD_DEVICE=ALICE, WD_USER="alice", WD_PASSWORD=PASSWORD,
                   WD_BASE=os.environ["CCMSIM_HTTPS"] + "/webdialer")
sys.exit(subprocess.call([command[0], os.path.join(HERE, command[1]), *command[2:]], env=environment))
