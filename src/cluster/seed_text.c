/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The reader of seed texts (schema/fresh, docs/fresh-install.md): blocks headed by "table", "objects",
 * "object" or "sql", one empty line or the next head ends each. */
#include <stdio.h>
#include <string.h>

#include "cluster/seed_priv.h"

#define MAX_COLUMNS 64

enum block { BLOCK_NONE, BLOCK_TABLE, BLOCK_OBJECTS, BLOCK_OBJECT, BLOCK_SQL };

struct reader {
    struct seed_target *to;
    enum block          block;
    bool                headed; /* the heading line of a table has been read */
    const char         *name;   /* table or object */
    struct seed_cell    columns[MAX_COLUMNS];
    bool                constant[MAX_COLUMNS]; /* its value stands in the heading */
    size_t              count;
    struct buf          sql;
};

static char *
trimmed(struct arena *a, const char *s, size_t len)
{
    while (len > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        len--;
    }
    while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    return arena_strndup(a, s, len);
}

/* "column", "column:typetable", "column->table.column", each with "=value" for a constant; "#words" heads cells
 * that are for readers. */
static bool
read_heading_cell(struct reader *r, char *text, struct ccm_error *err)
{
    if (r->count == MAX_COLUMNS)
        return ccm_fail(err, CCM_INVALID, "more than %d columns", MAX_COLUMNS);
    struct seed_cell *c = &r->columns[r->count];
    *c = (struct seed_cell){ .name = text };
    char *equals = strchr(text, '=');
    r->constant[r->count++] = equals != NULL;
    if (equals != NULL) {
        *equals = '\0';
        c->value = equals + 1;
    }
    char *arrow = strstr(text, "->"), *colon = strchr(text, ':');
    if (r->block == BLOCK_OBJECTS)
        return true;
    if (arrow != NULL) {
        char *dot = strchr(arrow, '.');
        if (dot == NULL)
            return ccm_fail(err, CCM_INVALID, "reference without a column: \"%s\"", arrow + 2);
        *arrow = *dot = '\0';
        c->ref_table = arrow + 2;
        c->ref_column = dot + 1;
    } else if (colon != NULL) {
        *colon = '\0';
        c->type_table = colon + 1;
    }
    return true;
}

/* Text between bars, trimmed; *at moves behind the bar, NULL after the last. */
static char *
next_cell(struct arena *a, const char **at)
{
    const char *s = *at;
    size_t      len = strcspn(s, "|");
    *at = s[len] == '|' ? s + len + 1 : NULL;
    return trimmed(a, s, len);
}

static bool
read_heading(struct reader *r, const char *line, struct ccm_error *err)
{
    const char *at = line;

    next_cell(r->to->arena, &at); /* above the marks: empty */
    while (at != NULL)
        if (!read_heading_cell(r, next_cell(r->to->arena, &at), err))
            return false;
    r->headed = true;
    return r->count > 0 || ccm_fail(err, CCM_INVALID, "a heading without columns");
}

static bool
known_mark(const char *mark)
{
    return *mark != '\0' && strchr("diug", *mark) != NULL && (mark[1] == '\0' || mark[1] == ' ');
}

static bool
write_one(struct reader *r, const struct seed_cell *cells, size_t count, const char *key, struct ccm_error *err)
{
    if (r->block == BLOCK_TABLE)
        return seed_row(r->to, r->name, cells, count, key, err);
    if (r->to->object == NULL)
        return ccm_fail(err, CCM_INVALID, "no objects can be added here, only rows");
    return r->to->object(r->to, r->name, cells, count, key, err);
}

static bool
read_row(struct reader *r, const char *line, struct ccm_error *err)
{
    struct seed_cell cells[MAX_COLUMNS];
    size_t           count = 0;
    const char      *at = line, *mark = next_cell(r->to->arena, &at);
    char            *key = trimmed(r->to->arena, at != NULL ? at : "", at != NULL ? strlen(at) : 0);

    if (!known_mark(mark))
        return ccm_fail(err, CCM_INVALID, "a row begins with d, i, u or g, not \"%s\"", mark);
    for (size_t i = 0; i < r->count; i++) {
        struct seed_cell c = r->columns[i];
        if (!r->constant[i]) {
            c.value = at != NULL ? next_cell(r->to->arena, &at) : "";
            if (*c.value == '\0' || *c.name == '#')
                continue;
        }
        if (strcmp(c.value, "\"\"") == 0)
            c.value = "";
        else if (strcmp(c.value, "NULL") == 0)
            c.value = NULL;
        cells[count++] = c;
    }
    if (at != NULL)
        return ccm_fail(err, CCM_INVALID, "more cells than columns");
    return write_one(r, cells, count, key, err);
}

/* "path value" of a single object. */
static bool
read_field(struct reader *r, const char *line, struct ccm_error *err)
{
    char  *text = trimmed(r->to->arena, line, strlen(line));
    size_t len = strcspn(text, " \t");

    if (r->count == MAX_COLUMNS)
        return ccm_fail(err, CCM_INVALID, "more than %d fields", MAX_COLUMNS);
    r->columns[r->count++] = (struct seed_cell){
        .name = arena_strndup(r->to->arena, text, len),
        .value = trimmed(r->to->arena, text + len, strlen(text + len)),
    };
    return true;
}

static int
authorize(void *cookie, int action, const char *a, const char *b, const char *c, const char *d)
{
    (void)cookie, (void)b, (void)c, (void)d;
    switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: return a != NULL && strncmp(a, "sqlite_", 7) == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    default: return SQLITE_DENY;
    }
}

static bool
run_sql(struct reader *r, struct ccm_error *err)
{
    sqlite3 *db = store_db(r->to->conn);

    if (r->to->guarded)
        sqlite3_set_authorizer(db, authorize, NULL);
    bool ok = sqlite3_exec(db, buf_cstr(&r->sql), NULL, NULL, NULL) == SQLITE_OK ||
              ccm_fail(err, CCM_INVALID, "%s", sqlite3_errmsg(db));
    if (r->to->guarded)
        sqlite3_set_authorizer(db, NULL, NULL);
    buf_clear(&r->sql);
    return ok;
}

static bool
end_block(struct reader *r, struct ccm_error *err)
{
    bool ok = true;

    if (r->block == BLOCK_OBJECT && r->count > 0) {
        ok = write_one(r, r->columns, r->count, r->columns[0].value, err);
    } else if (r->block == BLOCK_SQL && r->sql.len > 0) {
        ok = run_sql(r, err);
    }
    r->block = BLOCK_NONE;
    r->headed = false;
    r->count = 0;
    return ok;
}

static bool
begin_block(struct reader *r, const char *line, struct ccm_error *err)
{
    static const struct {
        const char *word;
        enum block  block;
    } heads[] = {
        { "table ", BLOCK_TABLE },
        { "objects ", BLOCK_OBJECTS },
        { "object ", BLOCK_OBJECT },
        { "sql", BLOCK_SQL },
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        size_t len = strlen(heads[i].word);
        if (strncmp(line, heads[i].word, len) != 0)
            continue;
        r->block = heads[i].block;
        r->name = arena_strndup(r->to->arena, line + len, strcspn(line + len, " "));
        return true;
    }
    return ccm_fail(err, CCM_INVALID, "no block begins with \"%s\"", line);
}

static bool
read_line(struct reader *r, const char *line, struct ccm_error *err)
{
    if (*line == '#')
        return true;
    if (*line == '\0')
        return end_block(r, err);
    switch (r->block) {
    case BLOCK_NONE: return begin_block(r, line, err);
    case BLOCK_TABLE:
    case BLOCK_OBJECTS: return r->headed ? read_row(r, line, err) : read_heading(r, line, err);
    case BLOCK_OBJECT: return read_field(r, line, err);
    case BLOCK_SQL: buf_addf(&r->sql, "%s\n", line); return true;
    }
    return false;
}

bool
seed_text(struct seed_target *to, const char *name, struct str text, struct ccm_error *err)
{
    struct reader r = { .to = to };
    unsigned      line = 0;
    bool          ok = true;

    buf_init(&r.sql, BUF_MAX_SQL);
    for (size_t at = 0; ok && at < text.len; line++) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        size_t      len = end != NULL ? (size_t)(end - text.ptr) - at : text.len - at;
        ok = read_line(&r, arena_strndup(to->arena, text.ptr + at, len), err);
        at += len + 1;
    }
    ok = ok && end_block(&r, err);
    buf_release(&r.sql);
    if (!ok && err != NULL) {
        char why[sizeof err->text];
        snprintf(why, sizeof why, "%s", err->text);
        ccm_fail(err, err->status, "%s:%u: %.900s", name, line, why);
    }
    return ok;
}
