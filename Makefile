# ccmsim: an API test double of Cisco Unified CallManager. `make help` lists the targets.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= gcc
SAN     ?=
V       ?=
JOBS    ?= $(shell nproc)
PKGS     = libmicrohttpd sqlite3 libpcre2-8 libcrypto libxml-2.0 jansson inih libzip gsoap
VERSION := 0.1.0

WARN = -Wall -Wextra -Wshadow -Wconversion -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes \
       -Wwrite-strings -Wformat=2 -Wvla -Wundef
WERROR ?= -Werror
OPT    ?= -O2 -g
BASE_CFLAGS = -std=c17 -D_GNU_SOURCE -DCCMSIM_VERSION='"$(VERSION)"' -pthread -Iinclude -Isrc -I$(BUILD)/gen \
              $(shell pkg-config --cflags $(PKGS))
ALL_CFLAGS  = $(BASE_CFLAGS) $(WARN) $(WERROR) $(OPT) $(SANFLAGS) $(CFLAGS)
# Generated code is not ours to polish.
GEN_CFLAGS  = $(BASE_CFLAGS) $(OPT) $(SANFLAGS) $(CFLAGS) -Wno-unused-function
LIBS        = -Wl,--as-needed $(shell pkg-config --libs $(PKGS)) -lm -pthread
ifneq ($(SAN),)
SANFLAGS = -fsanitize=$(SAN) -fno-omit-frame-pointer -DARENA_MALLOC
# Instrumented, gcc warns of conversions and null pointers that are not there.
WERROR   =
endif

# What is made, a line each; V=1 shows the commands.
SAY = $(if $(V),,@printf '  %s\n' '$(@:$(BUILD)/%=%)' && )

LIB_DIRS = base config store sql cluster sim http soap axl serviceability control pipeline em webdialer
LIB_SRC  = $(wildcard $(LIB_DIRS:%=src/%/*.c)) src/services.c src/daemon.c
LIB_OBJ  = $(LIB_SRC:src/%.c=$(BUILD)/obj/%.o)
CLI_OBJ  = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(wildcard src/cli/*.c))

# ---- contract: schema/axl as C tables, shadow tables ----

CONTRACT_SRC = $(sort $(wildcard schema/axl/*/*.axl))
CONTRACT_C   = nodes types simples ops objects
CONTRACTC    = $(BUILD)/gen/contractc
SHADOW_SQL   = $(BUILD)/gen/shadow.sql
GEN_OBJ     += $(CONTRACT_C:%=$(BUILD)/obj/gen/contract_%.o)

$(CONTRACTC): $(patsubst src/%.c,$(BUILD)/obj/%.o,$(sort $(wildcard src/gen/contractc*.c))) \
              $(patsubst src/%.c,$(BUILD)/obj/%.o,$(filter-out src/base/uuid.c,$(sort $(wildcard src/base/*.c))))
	@mkdir -p $(@D)
	$(SAY)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ -pthread

-include $(patsubst src/%.c,$(BUILD)/obj/%.d,$(wildcard src/gen/contractc*.c))

# What comes out as before keeps its date, so that a changed store line recompiles one table.
$(BUILD)/gen/contract.stamp: $(CONTRACTC) $(CONTRACT_SRC) schema/db/dictionary.tsv
	@mkdir -p $(BUILD)/gen/contract.new
	$(SAY)$(CONTRACTC) --dictionary schema/db/dictionary.tsv --tables $(BUILD)/gen/contract.new \
	    --shadow $(BUILD)/gen/contract.new/shadow.sql schema/axl
	@for f in $(CONTRACT_C:%=contract_%.c) shadow.sql; do \
	    cmp -s $(BUILD)/gen/contract.new/$$f $(BUILD)/gen/$$f || cp $(BUILD)/gen/contract.new/$$f $(BUILD)/gen/$$f || exit 1; done
	@touch $@

$(SHADOW_SQL) $(CONTRACT_C:%=$(BUILD)/gen/contract_%.c): $(BUILD)/gen/contract.stamp ;

# The WSDL and XSD of each version, and the archive that clients fetch.
TOOLKIT  = $(BUILD)/gen/toolkit
GEN_OBJ += $(BUILD)/obj/gen/toolkit.o

$(TOOLKIT).stamp: $(CONTRACTC) $(CONTRACT_SRC)
	$(SAY)rm -rf $(TOOLKIT) && $(CONTRACTC) --emit $(TOOLKIT) schema/axl
	@touch $@

$(BUILD)/gen/toolkitc: src/gen/toolkitc.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(BASE_CFLAGS) $(WARN) $(WERROR) -O1 -g -o $@ $< $(shell pkg-config --libs libzip)

$(BUILD)/gen/axlsqltoolkit.zip: $(BUILD)/gen/toolkitc $(TOOLKIT).stamp
	$(SAY)$(BUILD)/gen/toolkitc $@ $(TOOLKIT)

$(BUILD)/obj/gen/toolkit.o: src/axl/toolkit.S $(BUILD)/gen/axlsqltoolkit.zip
	@mkdir -p $(@D)
	$(SAY)$(CC) -DTOOLKIT='"$(BUILD)/gen/axlsqltoolkit.zip"' -c -o $@ $<

# Reads the schemas back (tests/contract/run).
$(BUILD)/test/particles: tests/contract/particles.c $(BUILD)/libccmsim.a
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libccmsim.a $(shell pkg-config --libs libxml-2.0 libcrypto) -pthread

$(CONTRACT_C:%=$(BUILD)/obj/gen/contract_%.o): $(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(GEN_CFLAGS) -c -o $@ $<

# ---- store: the dictionary as C tables, the template database image ----

DB_SRC    = schema/db/dictionary.tsv schema/db/relaxed.tsv schema/db/types.tsv
DB_SQL    = schema/sql/indexes.sql
DB_NUMBER = $(shell cat schema/db/version)
GEN_OBJ  += $(BUILD)/obj/gen/store_dict.o $(BUILD)/obj/gen/store_image.o

$(BUILD)/gen/schemac $(BUILD)/gen/imagec: $(BUILD)/gen/%: src/gen/%.c src/gen/dict.c src/gen/dict.h
	@mkdir -p $(@D)
	$(SAY)$(CC) $(BASE_CFLAGS) $(WARN) $(WERROR) -O1 -g -o $@ $< src/gen/dict.c -lsqlite3

$(BUILD)/gen/schema.sql: $(BUILD)/gen/schemac $(DB_SRC) $(DB_SQL)
	$(SAY)$(BUILD)/gen/schemac $(DB_SRC) $(DB_SQL) $@ $(BUILD)/gen/store_dict.c

$(BUILD)/gen/store_dict.c: $(BUILD)/gen/schema.sql ;

# SHADOW_SQL: tables of ours beside CallManager's, from the contract compiler.
$(BUILD)/gen/store.image: $(BUILD)/gen/imagec $(BUILD)/gen/schema.sql $(DB_SQL) schema/db/types.tsv schema/db/version $(SHADOW_SQL)
	$(SAY)$(BUILD)/gen/imagec $(DB_NUMBER) schema/db/types.tsv $@ $(BUILD)/gen/schema.sql $(SHADOW_SQL) $(DB_SQL)

$(BUILD)/obj/gen/store_dict.o: $(BUILD)/gen/store_dict.c src/store/store_priv.h
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# ---- fresh install: what a new publisher holds, put into the image ----

FRESH    = $(sort $(wildcard schema/fresh/[0-9]*.txt))
MKT_SRC  = $(wildcard src/base/*.c src/store/*.c) src/cluster/seed_text.c src/cluster/seed_row.c src/gen/mktemplate.c
MKT_OBJ  = $(MKT_SRC:src/%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/store_dict.o $(BUILD)/obj/gen/schema_image.o

$(BUILD)/gen/mktemplate: $(MKT_OBJ)
	$(SAY)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/gen/template.image: $(BUILD)/gen/mktemplate $(FRESH)
	$(SAY)$(BUILD)/gen/mktemplate $@ $(FRESH)

$(BUILD)/obj/gen/schema_image.o: src/store/image.S $(BUILD)/gen/store.image
	@mkdir -p $(@D)
	$(SAY)$(CC) -DIMAGE='"$(BUILD)/gen/store.image"' -c -o $@ $<

$(BUILD)/obj/gen/store_image.o: src/store/image.S $(BUILD)/gen/template.image
	@mkdir -p $(@D)
	$(SAY)$(CC) -DIMAGE='"$(BUILD)/gen/template.image"' -c -o $@ $<

$(BUILD)/obj/cluster/seed.o: schema/fresh/demo.txt

# ---- soap: the generated gSOAP shell ----

SOAP_GEN = $(BUILD)/gen/soap
GEN_OBJ += $(BUILD)/obj/gen/axlshellC.o

$(SOAP_GEN)/axlshellC.c: wsdl/axlshell.h
	@mkdir -p $(@D)
	$(SAY)soapcpp2 -c -CS -L -x -w -paxlshell -I/usr/share/gsoap/import -d$(@D) $< >$(@D)/soapcpp2.log 2>&1 || \
	    { cat $(@D)/soapcpp2.log; rm -f $@; exit 1; }

$(BUILD)/obj/gen/axlshellC.o: $(SOAP_GEN)/axlshellC.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(GEN_CFLAGS) -c -o $@ $<

$(BUILD)/obj/soap/read.o: $(SOAP_GEN)/axlshellC.c

# The WSDLs that are written by hand, taken into the program with a table of them.
WSDLS    = $(sort $(wildcard wsdl/*.wsdl))
WSDL_OBJ = $(BUILD)/obj/gen/wsdl.o
GEN_OBJ += $(WSDL_OBJ)

$(WSDL_OBJ): src/soap/wsdl.S $(WSDLS)
	@mkdir -p $(@D) $(BUILD)/gen
	@printf 'wsdl %s "%s"\n' $(foreach f,$(WSDLS),$(notdir $(f:.wsdl=)) $(f)) >$(BUILD)/gen/wsdl.list
	$(SAY)$(CC) -DWSDL_LIST='"$(BUILD)/gen/wsdl.list"' -c -o $@ $<

# ---- serviceability: PerfMon's counters ----

GEN_OBJ += $(BUILD)/obj/gen/perfmon.o

$(BUILD)/gen/perfmon.c: schema/perfmon/counters.tsv src/gen/perfmon.awk
	@mkdir -p $(@D)
	$(SAY)LC_ALL=C awk -f src/gen/perfmon.awk $< >$@.new && mv $@.new $@

$(BUILD)/obj/gen/perfmon.o: $(BUILD)/gen/perfmon.c src/serviceability/serviceability_priv.h
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# ---- em: the DTDs ----

# The DTDs of Extension Mobility's messages, taken into the program.
EM_DTD   = schema/em/LoginRequest.dtd schema/em/LoginQuery.dtd
EM_OBJ   = $(BUILD)/obj/gen/em_dtd.o
GEN_OBJ += $(EM_OBJ)

$(EM_OBJ): src/em/dtd.S $(EM_DTD)
	@mkdir -p $(@D)
	$(SAY)$(CC) -DLOGIN_REQUEST='"schema/em/LoginRequest.dtd"' -DLOGIN_QUERY='"schema/em/LoginQuery.dtd"' -c -o $@ $<

.DEFAULT_GOAL := all
.PHONY: all run check clean help

all: $(BUILD)/ccmsimd $(BUILD)/ccmsim ## the daemon and its companion

# The companion needs the contract's tables of the library, and libcurl.
$(BUILD)/ccmsim: $(CLI_OBJ) $(BUILD)/libccmsim.a
	$(SAY)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs libcurl) $(LIBS)

$(BUILD)/ccmsimd: $(BUILD)/obj/main.o $(BUILD)/libccmsim.a
	$(SAY)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libccmsim.a: $(LIB_OBJ) $(GEN_OBJ)
	$(SAY)rm -f $@ && ar rcs $@ $^

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- unit tests: one program a file, each with cmocka ----

.PHONY: unit
UNIT_BIN = $(patsubst tests/unit/%.c,$(BUILD)/test/%,$(wildcard tests/unit/test_*.c))

$(BUILD)/test/%: tests/unit/%.c $(BUILD)/libccmsim.a
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(BUILD)/libccmsim.a $(LIBS) -lcmocka

unit: $(UNIT_BIN) ## unit tests
	@tests/unit/run $(if $(TESTS_FULL),,-q) $(abspath $(UNIT_BIN))

-include $(UNIT_BIN:%=%.d)

# ---- fuzzing: harnesses of tests/fuzz, each with the sources it needs ----

.PHONY: fuzz fuzz-replay
TIME        ?= 60
HARNESSES    = soap basic contract sql control content em webdialer serviceability fixture load state
FUZZ_BASE    = $(wildcard src/base/*.c)
FUZZ_soap    = $(FUZZ_BASE) $(wildcard src/soap/*.c) $(SOAP_GEN)/axlshellC.c $(WSDL_OBJ)
FUZZ_em      = $(FUZZ_BASE) src/em/message.c src/soap/element.c $(EM_OBJ)
FUZZ_webdialer = $(FUZZ_BASE) src/webdialer/request.c src/webdialer/answer.c $(wildcard src/soap/*.c) $(SOAP_GEN)/axlshellC.c $(WSDL_OBJ)
FUZZ_basic   = $(FUZZ_BASE) src/cluster/auth_parse.c
FUZZ_contract = $(FUZZ_BASE) $(filter-out src/gen/contractc.c,$(wildcard src/gen/contractc*.c))
FUZZ_sql     = $(FUZZ_BASE) $(wildcard src/sql/*.c src/store/*.c) $(BUILD)/gen/store_dict.c $(BUILD)/obj/gen/schema_image.o
FUZZ_control = $(FUZZ_BASE) src/http/query.c $(patsubst %,src/control/%.c,routes match input)
FUZZ_content = $(FUZZ_BASE) src/http/query.c src/control/content.c
FUZZ_fixture = $(FUZZ_BASE) src/cluster/fixture_text.c
# A whole cluster stands behind it, out of the library; what is the HTTP server's the harness does itself.
FUZZ_serviceability = $(FUZZ_BASE) $(wildcard src/soap/*.c src/serviceability/*.c) $(BUILD)/fuzz/library.a
FUZZ_load    = $(FUZZ_BASE) $(filter-out src/cluster/fixture_load.c,$(wildcard src/cluster/fixture_*.c src/cluster/seed*.c)) $(BUILD)/fuzz/library.a
FUZZ_state   = $(FUZZ_BASE) $(wildcard src/sim/*.c) $(BUILD)/fuzz/library.a
FUZZ_WEAK    = executor_submit request_resume request_cancelled reply_header reply_html_error
FUZZ_FLAGS   = $(BASE_CFLAGS) -O1 -g -fno-omit-frame-pointer -DARENA_MALLOC

$(foreach name,$(HARNESSES),$(eval $(BUILD)/fuzz/replay-$(name) $(BUILD)/fuzz/fuzz-$(name): $(FUZZ_$(name))))

$(BUILD)/fuzz/library.a: $(BUILD)/libccmsim.a
	@mkdir -p $(@D)
	$(SAY)objcopy $(FUZZ_WEAK:%=--weaken-symbol=%) $< $@

$(BUILD)/fuzz/replay-%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(FUZZ_FLAGS) -fsanitize=address,undefined -fno-sanitize-recover=all -o $@ $^ $(LIBS)

$(BUILD)/fuzz/fuzz-%: tests/fuzz/fuzz_%.c
	@mkdir -p $(@D)
	$(SAY)clang $(FUZZ_FLAGS) -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o $@ $^ $(LIBS)

fuzz-replay: $(HARNESSES:%=$(BUILD)/fuzz/replay-%) ## each harness over its corpus and spoilt copies of it
	@for name in $(HARNESSES); do $(BUILD)/fuzz/replay-$$name $$name tests/fuzz/corpus/$$name || exit 1; done

fuzz: $(HARNESSES:%=$(BUILD)/fuzz/fuzz-%) ## libFuzzer, TIME=60 seconds for each harness
	@for name in $(HARNESSES); do mkdir -p $(BUILD)/fuzz/found/$$name && \
	    $(BUILD)/fuzz/fuzz-$$name -max_total_time=$(TIME) -max_len=65536 -timeout=10 -print_final_stats=1 \
	        -artifact_prefix=$(BUILD)/fuzz/$$name- $$(ls tests/fuzz/$$name.dict 2>/dev/null | sed s/^/-dict=/) $(BUILD)/fuzz/found/$$name tests/fuzz/corpus/$$name || exit 1; done

# ---- tests (tests/run, tests/suites) ----

.PHONY: deps deps-build node check conformance sweep sanitize

deps-build:
	@conf/deps conf/packages.build

deps: ## install the Debian packages and test clients that are missing
	@conf/deps conf/packages.build conf/packages.test
	@tests/clients/install-npm $(BUILD)/node

node:
	@tests/clients/install-npm $(BUILD)/node

check: deps ## unit tests, then every suite; last line: N passed, N failed
	@$(MAKE) --no-print-directory -j$(JOBS) all check-programs
	@CCMSIM_BUILD=$(abspath $(BUILD)) tests/run

# Harnesses bring AddressSanitizer, which doesn't go with a library made for another.
REPLAYS = $(if $(filter thread,$(SAN)),,$(HARNESSES:%=$(BUILD)/fuzz/replay-%))

.PHONY: check-programs
check-programs: $(UNIT_BIN) $(REPLAYS) $(BUILD)/test/twin $(BUILD)/test/particles

$(BUILD)/test/twin: tests/lib/twin.c $(BUILD)/libccmsim.a
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

conformance: ## write the table of the last check into README.md
	@tests/lib/conformance.py $(BUILD)/check/conformance.json README.md

sweep: deps ## every object, field and version, in resumable shards; result in $(BUILD)/sweep
	@$(MAKE) --no-print-directory all
	@CCMSIM_BUILD=$(abspath $(BUILD)) tests/sweep/shards

sanitize: deps ## unit tests and a round of clients under ASan+UBSan, then TSan
	@tests/sanitize $(abspath $(BUILD))

# ---- lint, form, bench, coverage ----

.PHONY: lint format bench coverage print-cflags

lint: $(BUILD)/gen/store_dict.c $(SOAP_GEN)/axlshellC.c ## layers, form, leftovers, cppcheck, clang-tidy
	@tests/lint/run $(BUILD)

format: ## clang-format, in place
	clang-format -i $(wildcard src/*.[ch] src/*/*.[ch] include/ccmsim/*.h)

print-cflags:
	@:$(info $(BASE_CFLAGS))

BENCH = $(BUILD)/bench/load $(BUILD)/bench/canned $(BUILD)/bench/bulk $(BUILD)/bench/statement $(BUILD)/bench/registry $(BUILD)/bench/clusters

bench: all $(BENCH) ## cost beside a canned answer and a bare SQLite load; BENCH_PHONES="1000 100000"
	@$(BUILD)/bench/registry; $(BUILD)/bench/clusters; tests/bench/run $(BUILD); status=$$?; tests/bench/sql $(BUILD) && exit $$status

$(BUILD)/bench/load $(BUILD)/bench/bulk: $(BUILD)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $< -lsqlite3 -pthread

$(BUILD)/bench/clusters: tests/bench/clusters.c $(BUILD)/libccmsim.a
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/bench/statement: tests/bench/statement.c $(BUILD)/libccmsim.a
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $< $(BUILD)/libccmsim.a $(LIBS)

$(BUILD)/bench/registry: tests/bench/registry.c $(BUILD)/libccmsim.a
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/bench/canned: tests/bench/canned.c $(BUILD)/obj/gen/axlshellC.o
	@mkdir -p $(@D)
	$(SAY)$(CC) $(GEN_CFLAGS) -o $@ $^ $(LIBS)

coverage: deps ## lines reached by the unit tests and suites, into $(BUILD)/coverage
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/cov OPT='-O0 -g --coverage' LDFLAGS=--coverage all
	@-CCMSIM_BUILD=$(abspath $(BUILD)/cov) tests/run
	lcov --quiet --capture --directory $(BUILD)/cov/obj --output-file $(BUILD)/cov/lines.info
	lcov --quiet --extract $(BUILD)/cov/lines.info '$(CURDIR)/src/*' --output-file $(BUILD)/cov/own.info
	genhtml --quiet --output-directory $(BUILD)/coverage $(BUILD)/cov/own.info | tail -3

# ---- run, install, distribute ----

.PHONY: install uninstall dist

ARGS ?= --demo
run: deps-build ## build and start it with the demonstration cluster; ARGS="--phones 1000" for others
	@$(MAKE) --no-print-directory -j$(JOBS) all
	$(BUILD)/ccmsimd $(ARGS)

INSTALLED = bin/ccmsimd bin/ccmsim etc/ccmsim.conf lib/systemd/system/ccmsimd.service \
            share/man/man8/ccmsimd.8 share/man/man1/ccmsim.1 share/doc/ccmsim/README.md \
            share/doc/ccmsim/LICENSE share/doc/ccmsim/CHANGELOG.md

install: all ## programs, sample configuration, unit and manuals under DESTDIR and PREFIX
	install -D -m 755 $(BUILD)/ccmsimd $(DESTDIR)$(PREFIX)/bin/ccmsimd
	install -D -m 755 $(BUILD)/ccmsim $(DESTDIR)$(PREFIX)/bin/ccmsim
	install -D -m 644 conf/ccmsim.conf $(DESTDIR)$(PREFIX)/etc/ccmsim.conf
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@PREFIX@|$(PREFIX)|g' conf/ccmsimd.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/ccmsimd.service
	install -D -m 644 man/ccmsimd.8 $(DESTDIR)$(PREFIX)/share/man/man8/ccmsimd.8
	install -D -m 644 man/ccmsim.1 $(DESTDIR)$(PREFIX)/share/man/man1/ccmsim.1
	install -d $(DESTDIR)$(PREFIX)/share/doc/ccmsim
	install -m 644 README.md LICENSE CHANGELOG.md $(DESTDIR)$(PREFIX)/share/doc/ccmsim

uninstall: ## remove what install put there
	rm -f $(INSTALLED:%=$(DESTDIR)$(PREFIX)/%)
	-rmdir $(DESTDIR)$(PREFIX)/share/doc/ccmsim

dist: ## source archive of HEAD, the same bytes each time
	@mkdir -p $(BUILD)
	git archive --format=tar --prefix=ccmsim-$(VERSION)/ HEAD | gzip -n -9 >$(BUILD)/ccmsim-$(VERSION).tar.gz

clean: ## remove all that was built
	rm -rf $(BUILD)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(BUILD)/obj/main.d
