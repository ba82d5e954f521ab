# zdm: zero-downtime schema migrations for PostgreSQL.
#
#	make && make install	build and install for the pg_config in PATH
#	make PG_CONFIG=...		... for another server
#	make installcheck		pg_regress and isolation tests on a running server
#	make dist			the archive for PGXN, of what is committed
#	scripts/package			Debian packages
#	scripts/test			everything, on throwaway clusters

EXTENSION = zdm
EXTVERSION = 0.2.0
MODULE_big = zdm
OBJS = $(patsubst %.c,%.o,$(wildcard src/*/*.c))

SQL_PARTS = sql/10_record.sql sql/15_readers.sql sql/20_functions.sql sql/25_pacing.sql sql/30_views.sql \
	sql/35_dropped.sql sql/40_rights.sql sql/42_verified.sql sql/43_usage.sql sql/44_guards.sql sql/45_monitoring.sql sql/46_rollout.sql sql/48_replicated.sql sql/50_comments.sql
DATA_built = zdm--$(EXTVERSION).sql zdm--0.1.0--$(EXTVERSION).sql
SCRIPTS_built = zdm_rehearse

REGRESS = $(sort $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=zdm
ISOLATION = $(sort $(patsubst test/specs/%.spec,%,$(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --load-extension=zdm
TAP_TESTS = 1
PROVE_TESTS = test/t/*.pl

# Warnings that the server's own headers raise (inline functions, PG_FUNCTION_ARGS) are off.
PG_CFLAGS = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
STRICT_CFLAGS = -DZDM_STOP_POINTS -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers
EXTRA_CLEAN = zdm--*.sql output_iso results tmp_check log regression.diffs regression.out

# Headers are named with their floor.
PG_CPPFLAGS = -I$(dir $(firstword $(MAKEFILE_LIST)))src -DZDM_VERSION='"$(EXTVERSION)"'

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# Calls go straight to their function, and the library's own variables are at hand: the trigger
# is a few dozen nanoseconds.
ifeq ($(PORTNAME), linux)
override CFLAGS += -fno-plt
SHLIB_LINK += -Wl,-Bsymbolic
endif

$(OBJS): $(wildcard src/*/*.h)

zdm--$(EXTVERSION).sql: $(SQL_PARTS)
	cat $^ > $@

# An update does what is special to it, then what an installation does, but for the tables.
zdm--0.1.0--$(EXTVERSION).sql: sql/upgrade/0.1.0.sql $(filter-out sql/10_record.sql, $(SQL_PARTS))
	sed -E 's/^CREATE (FUNCTION|PROCEDURE|VIEW) /CREATE OR REPLACE \1 /' $^ > $@

# One file, with its parts in the place of the lines that read them.
zdm_rehearse: scripts/rehearse $(wildcard scripts/rehearsal/*.sh)
	awk '/^\. "\$$PARTS\// { sub(/.*\//, "scripts/rehearsal/"); sub(/"/, ""); part = $$0; while ((getline < part) > 0) print; next } !/^PARTS=/' $< > $@
	chmod +x $@

# "scripts/test package" looks at what it must hold.
DIST_DIR ?= .
.PHONY: dist
dist:
	git archive --format=zip --prefix=$(EXTENSION)-$(EXTVERSION)/ -o $(DIST_DIR)/$(EXTENSION)-$(EXTVERSION).zip HEAD
