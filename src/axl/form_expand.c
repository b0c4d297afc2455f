/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* From the particles of a message type to the nodes of a form: types are entered, extensions laid open,
 * newX, addX and removeX recognised, and what has no binding is left out. */
#include <stdlib.h>
#include <string.h>

#include "ccmsim/log.h"
#include "form_priv.h"

/* Is anything bound below path? Prunes what legacy types embed without end. */
static bool
bound_below(const struct axl_object *o, const char *path)
{
    size_t len = strlen(path), lo = 0, hi = o->bind_count;
    char   probe[512];
    if (len + 2 > sizeof probe)
        return false;
    memcpy(probe, path, len);
    probe[len] = '/';
    probe[len + 1] = '\0';
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (strcmp(o->binds[mid].path, probe) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < o->bind_count && strncmp(o->binds[lo].path, probe, len + 1) == 0;
}

const struct axl_node *
form_skip(const struct axl_node *n, const struct axl_node *end)
{
    uint8_t depth = n->depth;
    do
        n++;
    while (n < end && n->depth > depth);
    return n;
}

/* newX, addX, removeX of an update stand for X, unless they are fields themselves. */
static const char *
strip_mode(struct builder *b, const char *prefix_path, const char *name, char *mode)
{
    static const struct {
        const char *prefix;
        char        mode;
    } modes[] = { { "new", 'n' }, { "add", 'a' }, { "remove", 'r' } };
    char *path = arena_printf(b->arena, "%s%s%s", prefix_path, *prefix_path ? "/" : "", name);

    *mode = 0;
    if (b->role != FORM_UPDATE || axl_bind_find(b->object, path, b->version) || bound_below(b->object, path))
        return path;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        size_t len = strlen(modes[i].prefix);
        if (strncmp(name, modes[i].prefix, len) != 0 || name[len] < 'A' || name[len] > 'Z')
            continue;
        char *bare = arena_strdup(b->arena, name + len);
        for (int lower = 1; lower >= 0; lower--) {
            bare[0] = lower ? (char)(name[len] - 'A' + 'a') : name[len];
            char *p = arena_printf(b->arena, "%s%s%s", prefix_path, *prefix_path ? "/" : "", bare);
            if (axl_bind_find(b->object, p, b->version) || bound_below(b->object, p)) {
                *mode = modes[i].mode;
                return p;
            }
        }
    }
    return path;
}

/* The uuid of a group whose fields together name a row (dirn of pattern and partition): that row's. */
static const struct axl_bind *
part_uuid(struct builder *b, const char *group, const char *path)
{
    size_t len = strlen(group);
    for (unsigned i = 0; i < b->object->bind_count; i++) {
        const struct axl_bind *p = &b->object->binds[i];
        if (p->kind != BIND_PART || strncmp(p->path, group, len) != 0 || p->path[len] != '/' ||
            strchr(p->path + len + 1, '/') != NULL || !form_holds(p->versions, b->version))
            continue;
        struct axl_bind *made = arena_alloc(b->arena, sizeof *made);
        *made = (struct axl_bind){ .path = path,
                                   .table = p->table,
                                   .column = p->column,
                                   .target = p->target,
                                   .target_column = "pkid",
                                   .kind = BIND_REFID };
        return made;
    }
    return NULL;
}

static const struct axl_bind *
implied_attr(struct builder *b, const char *name, const char *path, uint16_t parent)
{
    static const struct axl_bind none = { 0 };
    const struct form_node      *p = &b->nodes[parent];
    const char                  *table = b->scopes[p->opens != FORM_NONE ? p->opens : p->scope].table;
    const char *column = strcmp(name, "uuid") == 0 ? "pkid" : strcmp(name, "ctiid") == 0 ? "ctiid" : NULL;

    if (strcmp(name, "uuid") == 0 && parent != 0 && p->opens == FORM_NONE)
        return part_uuid(b, p->path, path);
    if (column == NULL || (parent != 0 && p->opens == FORM_NONE) || store_column_find(table, column) == NULL)
        return NULL;
    struct axl_bind *made = arena_alloc(b->arena, sizeof *made);
    *made = none;
    made->path = path;
    made->table = table;
    made->column = column;
    made->kind = BIND_COLUMN;
    made->conv = strcmp(column, "pkid") == 0 ? CONV_UUID : CONV_INT;
    made->flags = BINDF_READONLY;
    return made;
}

uint16_t
form_add_node(struct builder *b, uint16_t parent)
{
    if (b->count >= MAX_NODES) {
        log_error("contract: %s has more than %d fields in one message", b->object->name, MAX_NODES);
        abort();
    }
    struct form_node *n = &b->nodes[b->count];
    *n = (struct form_node){ .parent = parent, .opens = FORM_NONE };
    n->scope = parent == FORM_NONE                   ? 0
               : b->nodes[parent].opens != FORM_NONE ? b->nodes[parent].opens
                                                     : b->nodes[parent].scope;
    return b->count++;
}

static void
open_scope(struct builder *b, uint16_t node)
{
    if (b->scope_count >= MAX_SCOPES) {
        log_error("contract: %s has more than %d lists in one message", b->object->name, MAX_SCOPES);
        abort();
    }
    struct form_node *n = &b->nodes[node];
    b->scopes[b->scope_count] =
        (struct form_scope){ .rows = n->bind, .table = n->bind->table, .parent = n->scope, .node = node };
    n->opens = b->scope_count++;
}

static void
expand_attr(struct builder *b, const struct axl_node *pn, uint16_t parent, const char *path)
{
    char                  *p = arena_printf(b->arena, "%s%s@%s", path, *path ? "/" : "", pn->name);
    const struct axl_bind *bind = axl_bind_find(b->object, p, b->version);
    if (bind == NULL)
        bind = implied_attr(b, pn->name, p, parent);
    if (bind == NULL)
        return;
    uint16_t          i = form_add_node(b, parent);
    struct form_node *n = &b->nodes[i];
    n->name = pn->name;
    n->path = p;
    n->kind = FORM_ATTR;
    n->bind = bind;
    n->def = pn->def;
    n->end = b->count;
}

/* A complex type with simple content (XFkType, XLoadInformation) is a leaf with attributes. */
static const struct axl_node *
simple_content(const struct axl_type *t, enum axl_version v)
{
    for (uint32_t i = 0; i < t->node_count; i++) {
        const struct axl_node *n = &axl_nodes[t->node_first + i];
        if (n->depth == 1 && n->kind == AXL_SIMPLE_EXT && form_holds(n->versions, v))
            return n;
    }
    return NULL;
}

static void
leaf_type(struct builder *b, struct form_node *n, const struct axl_node *pn)
{
    if (pn->type == NULL)
        return;
    if (pn->ref_kind == AXL_REF_SIMPLE)
        n->simple = axl_simple_find(pn->type, b->version);
    else if (pn->ref_kind == AXL_REF_XS)
        n->xs = pn->type;
}

/* An attribute of a field that a function keeps is that function's too, as FUNC@ATTR, unless it has a line. */
static void
call_attr(struct builder *b, const struct axl_node *pn, uint16_t node, const char *path)
{
    struct axl_bind *made = arena_alloc(b->arena, sizeof *made);
    *made = *b->nodes[node].bind;
    made->func = arena_printf(b->arena, "%s@%s", made->func, pn->name);
    uint16_t i = form_add_node(b, node);
    b->nodes[i].name = pn->name;
    b->nodes[i].path = arena_printf(b->arena, "%s/@%s", path, pn->name);
    b->nodes[i].kind = FORM_ATTR;
    b->nodes[i].bind = made;
    b->nodes[i].end = b->count;
}

static void
expand_leaf_attrs(struct builder *b, const struct axl_node *content, const struct axl_node *end, uint16_t node,
                  const char *path)
{
    for (const struct axl_node *a = content; a < end; a++) {
        if (a->kind != AXL_ATTR || !form_holds(a->versions, b->version))
            continue;
        if (strcmp(a->name, "uuid") == 0 && b->nodes[node].bind != NULL && b->nodes[node].bind->kind != BIND_CALL)
            b->nodes[node].uuid_attr = true;
        else if (b->nodes[node].bind != NULL && b->nodes[node].bind->kind == BIND_CALL &&
                 axl_bind_find(b->object, arena_printf(b->arena, "%s/@%s", path, a->name), b->version) == NULL)
            call_attr(b, a, node, path);
        else
            expand_attr(b, a, node, path);
    }
}

static bool
is_key_path(const struct axl_object *o, const char *path)
{
    for (unsigned k = 0; k < o->key_count; k++)
        for (unsigned p = 0; p < o->keys[k].count; p++)
            if (strcmp(o->keys[k].paths[p], path) == 0)
                return true;
    return strcmp(path, "uuid") == 0;
}

static void
expand_elem(struct builder *b, const struct axl_node *pn, const struct axl_node *end, uint16_t parent, const char *path,
            uint16_t choice)
{
    char                   mode;
    const char            *p = strip_mode(b, path, pn->name, &mode);
    const struct axl_bind *bind = axl_bind_find(b->object, p, b->version);
    const struct axl_type *type = pn->ref_kind == AXL_REF_COMPLEX ? &axl_types[pn->type_ref] : NULL;
    const struct axl_node *content = type != NULL ? simple_content(type, b->version) : NULL;
    bool                   anonymous = pn->type == NULL && pn + 1 < end && pn[1].depth > pn->depth;
    if (anonymous && pn[1].kind == AXL_SIMPLE_EXT) /* the same without a name of its own (sigDigits) */
        content = pn + 1;
    bool structured = content == NULL && (type != NULL || anonymous);
    bool key = b->role == FORM_UPDATE && mode == 0 && *path == '\0' && is_key_path(b->object, p);

    if (key && bind == NULL)
        bind = NULL;
    else if (bind == NULL && !(structured && bound_below(b->object, p)))
        return;
    if (b->depth > MAX_DEPTH)
        return;

    uint16_t          i = form_add_node(b, parent);
    struct form_node *n = &b->nodes[i];
    n->name = pn->name;
    n->path = p;
    n->mode = mode;
    n->key = key;
    n->bind = bind;
    n->def = pn->def;
    n->required = pn->min > 0;
    n->repeated = pn->max > 1;
    n->nillable = pn->nillable;
    n->choice = choice;
    n->alternative = b->alternative;
    n->kind = structured ? FORM_GROUP : FORM_LEAF;
    n->text = axl_bind_find(b->object, arena_printf(b->arena, "%s/.", p), b->version);
    if (bind != NULL && (bind->kind == BIND_ROWS || bind->kind == BIND_ROW))
        open_scope(b, i);
    else if (bind != NULL && structured && !bound_below(b->object, p)) {
        n->any = bind->kind == BIND_XML || bind->kind == BIND_SHADOW;
        n->kind = FORM_LEAF; /* a blob, or an embedded object that stands for a reference */
        structured = false;
    } else if (bind != NULL && bind->kind == BIND_XML) {
        n->any = true;
        n->kind = FORM_LEAF;
        structured = false;
    }
    leaf_type(b, n, anonymous && content != NULL ? content : pn);
    b->depth++;
    if (content != NULL)
        expand_leaf_attrs(b, content, anonymous ? form_skip(pn, end) : &axl_nodes[type->node_first + type->node_count],
                          i, p);
    else if (structured && anonymous) {
        const struct axl_node *sub_end = form_skip(pn, end);
        form_expand_nodes(b, pn + 1, sub_end, (uint8_t)(pn->depth + 1), i, p, 0, true);
        form_expand_nodes(b, pn + 1, sub_end, (uint8_t)(pn->depth + 1), i, p, 0, false);
    } else if (structured) {
        form_expand_type(b, type, i, p, 0, true);
        form_expand_type(b, type, i, p, 0, false);
    }
    b->depth--;
    b->nodes[i].end = b->count;
}

/* The alternatives of a choice, each an element or a sequence of them. */
static void
expand_choice(struct builder *b, const struct axl_node *n, const struct axl_node *end, uint16_t parent,
              const char *path)
{
    const uint16_t choice = ++b->choices, outer = b->alternative;
    for (const struct axl_node *child = n + 1; child < end; child = form_skip(child, end)) {
        b->alternative = ++b->alternatives;
        form_expand_nodes(b, child, form_skip(child, end), (uint8_t)(n->depth + 1), parent, path, choice, false);
    }
    b->alternative = outer;
}

/* The siblings at depth and what is below them; first pass attributes, second pass elements. */
void
form_expand_nodes(struct builder *b, const struct axl_node *n, const struct axl_node *end, uint8_t depth,
                  uint16_t parent, const char *path, uint16_t choice, bool attrs)
{
    while (n < end && n->depth >= depth) {
        const struct axl_node *next = form_skip(n, end);
        if (form_holds(n->versions, b->version))
            switch ((enum axl_node_kind)n->kind) {
            case AXL_SEQ:
            case AXL_ALL:
                form_expand_nodes(b, n + 1, next, (uint8_t)(n->depth + 1), parent, path, choice, attrs);
                break;
            case AXL_CHOICE:
                if (attrs)
                    form_expand_nodes(b, n + 1, next, (uint8_t)(n->depth + 1), parent, path, choice, true);
                else
                    expand_choice(b, n, next, parent, path);
                break;
            case AXL_EXT:
                if (n->ref_kind == AXL_REF_COMPLEX)
                    form_expand_type(b, &axl_types[n->type_ref], parent, path, choice, attrs);
                form_expand_nodes(b, n + 1, next, (uint8_t)(n->depth + 1), parent, path, choice, attrs);
                break;
            case AXL_SIMPLE_EXT:
                form_expand_nodes(b, n + 1, next, (uint8_t)(n->depth + 1), parent, path, choice, attrs);
                break;
            case AXL_ELEM:
                if (!attrs)
                    expand_elem(b, n, end, parent, path, choice);
                break;
            case AXL_ATTR:
                if (attrs)
                    expand_attr(b, n, parent, path);
                break;
            case AXL_ANY: break;
            }
        n = next;
    }
}

void
form_expand_type(struct builder *b, const struct axl_type *t, uint16_t parent, const char *path, uint16_t choice,
                 bool attrs)
{
    const struct axl_node *n = &axl_nodes[t->node_first];
    if (form_holds(t->versions, b->version))
        form_expand_nodes(b, n, n + t->node_count, 1, parent, path, choice, attrs);
}
