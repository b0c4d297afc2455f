/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The administrator and the demonstration cluster. */
#include "cluster/seed.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ccmsim/auth.h"
#include "cluster/seed_priv.h"

/* schema/fresh/demo.txt, put into the program as it is. */
__asm__(".section .rodata\n"
        "seed_demo_text:\n"
        ".incbin \"schema/fresh/demo.txt\"\n"
        "seed_demo_text_end:\n"
        ".balign 8\n"
        "seed_demo_size:\n"
        ".quad seed_demo_text_end - seed_demo_text\n"
        ".previous\n");
extern const char     seed_demo_text[];
extern const uint64_t seed_demo_size;

static const struct store_writer ourselves = { .user = "", .origin = "sim" };

static bool
run(struct store_conn *c, const char *sql, const char *first, const char *second, int64_t third, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, sql, err);
    if (stmt == NULL)
        return false;
    int wanted = sqlite3_bind_parameter_count(stmt);
    sqlite3_bind_text(stmt, 1, first, -1, SQLITE_STATIC);
    if (wanted > 1)
        sqlite3_bind_text(stmt, 2, second, -1, SQLITE_STATIC);
    if (wanted > 2)
        sqlite3_bind_int64(stmt, 3, third);
    bool ok = store_step(c, stmt, err) == 0;
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return ok;
}

static bool
write_admin(struct store_conn *c, const char *user, const char *hash, struct ccm_error *err)
{
    return run(c,
               "INSERT INTO applicationuser (pkid, name) SELECT newid(), ?1 "
               "WHERE NOT EXISTS (SELECT 1 FROM applicationuser WHERE name = ?1)",
               user, NULL, 0, err) &&
           run(c,
               "INSERT INTO applicationuserdirgroupmap (pkid, fkapplicationuser, fkdirgroup) "
               "SELECT newid(), u.pkid, g.pkid FROM applicationuser u, dirgroup g WHERE u.name = ?1 "
               "AND EXISTS (SELECT 1 FROM functionroledirgroupmap r WHERE r.fkdirgroup = g.pkid) "
               "AND NOT EXISTS (SELECT 1 FROM applicationuserdirgroupmap m "
               "WHERE m.fkapplicationuser = u.pkid AND m.fkdirgroup = g.pkid)",
               user, NULL, 0, err) &&
           run(c,
               "DELETE FROM credential WHERE tkcredential = 3 AND fkapplicationuser = "
               "(SELECT pkid FROM applicationuser WHERE name = ?1)",
               user, NULL, 0, err) &&
           run(c,
               "INSERT INTO credential (pkid, fkapplicationuser, tkcredential, credmustchange, doesntexpire, "
               "credentials, timechanged) SELECT newid(), pkid, 3, 'f', 't', ?2, ?3 "
               "FROM applicationuser WHERE name = ?1",
               user, hash, (int64_t)time(NULL), err);
}

bool
seed_admin(struct cluster *cl, const char *user, const char *password, struct ccm_error *err)
{
    char              *hash = auth_hash(password);
    struct store_conn *c = NULL;
    bool               ok = false;

    if (hash == NULL)
        return ccm_fail(err, CCM_INTERNAL, "cannot hash the administrator's password");
    if ((c = store_write_begin(cl->store, &ourselves, err)) != NULL) {
        ok = write_admin(c, user, hash, err);
        ok = store_write_end(c, ok, err) && ok;
    }
    free(hash);
    return ok;
}

/* Whether a kept store has the demonstration cluster: its device pools are added first. */
static bool
have_demo(struct store_conn *c, bool *have, struct ccm_error *err)
{
    sqlite3_stmt *stmt = store_prepare(c, "SELECT 1 FROM devicepool WHERE name = 'HQ'", err);
    int           got = stmt == NULL ? -1 : store_step(c, stmt, err);
    *have = got == 1;
    if (stmt != NULL)
        sqlite3_reset(stmt);
    return got >= 0;
}

bool
seed_demo(struct cluster *cl, struct ccm_error *err)
{
    struct str         text = { seed_demo_text, seed_demo_size };
    struct store_conn *c = store_write_begin(cl->store, &ourselves, err);
    struct arena      *a = arena_new();
    bool               have = false, ok = false;

    if (c != NULL) {
        struct seed_target to = { .conn = c, .arena = a, .object = seed_object };
        ok = have_demo(c, &have, err) && (have || seed_text(&to, "demo.txt", text, err));
        ok = store_write_end(c, ok, err) && ok;
    }
    arena_free(a);
    return ok;
}
