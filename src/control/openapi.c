/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The OpenAPI 3.0 document, from the rows that requests are checked with. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "control/control_priv.h"

static json_t *object_schema(const struct route_field *fields, enum route_place place);

static json_t *
texts(const char *values)
{
    json_t *out = json_array();

    for (const char *p = values;; p++) {
        size_t n = strcspn(p, "|");
        json_array_append_new(out, json_stringn(p, n));
        p += n;
        if (*p == '\0')
            return out;
    }
}

static void
set_bounds(json_t *schema, const struct route_field *f, const char *low, const char *high)
{
    json_object_set_new(schema, low, json_integer(f->min));
    json_object_set_new(schema, high, json_integer(f->max));
}

static json_t *
schema_of(const struct route_field *f)
{
    static const struct {
        const char *type, *low, *high;
    } rows[] = {
        [TYPE_TEXT] = { "string", "minLength", "maxLength" },
        [TYPE_INTEGER] = { "integer", "minimum", "maximum" },
        [TYPE_NUMBER] = { "number", "minimum", "maximum" },
        [TYPE_BOOLEAN] = { "boolean", NULL, NULL },
        [TYPE_CHOICE] = { "string", NULL, NULL },
        [TYPE_TEXTS] = { "array", "minItems", "maxItems" },
        [TYPE_OBJECT] = { "object", NULL, NULL },
        [TYPE_OBJECTS] = { "array", "minItems", "maxItems" },
        [TYPE_MAP] = { "object", "minProperties", "maxProperties" },
        [TYPE_STATE] = { "object", NULL, NULL },
    };
    json_t *out = f->type == TYPE_OBJECT ? object_schema(f->fields, IN_BODY) : json_object();

    json_object_set_new(out, "type", json_string(rows[f->type].type));
    if (rows[f->type].low != NULL)
        set_bounds(out, f, rows[f->type].low, rows[f->type].high);
    if (f->type == TYPE_INTEGER)
        json_object_set_new(out, "format", json_string("int64"));
    if (f->type == TYPE_CHOICE)
        json_object_set_new(out, "enum", texts(f->values));
    if (f->type == TYPE_TEXTS)
        json_object_set_new(
            out, "items", json_pack("{s:s, s:i, s:i}", "type", "string", "minLength", 1, "maxLength", ROUTE_MAX_TEXT));
    if (f->type == TYPE_OBJECTS)
        json_object_set_new(out, "items", object_schema(f->fields, IN_BODY));
    if (f->type == TYPE_MAP)
        json_object_set_new(out, "additionalProperties",
                            json_pack("{s:s, s:b, s:i}", "type", "string", "nullable", 1, "maxLength", ROUTE_MAX_TEXT));
    return out;
}

static void
describe(json_t *where, json_t *schema, const struct route_field *f)
{
    json_object_set_new(where, "description", json_string(f->help));
    if (f->example != NULL)
        json_object_set_new(schema, "example", json_loads(f->example, JSON_DECODE_ANY, NULL));
}

/* The fields of one place as an object that has no others. */
static json_t *
object_schema(const struct route_field *fields, enum route_place place)
{
    json_t *out = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 0);
    json_t *members = json_object(), *required = json_array();

    for (const struct route_field *f = fields; f != NULL && f->name != NULL; f++) {
        if (f->place != place)
            continue;
        json_t *schema = schema_of(f);
        describe(schema, schema, f);
        json_object_set_new(members, f->name, schema);
        if (f->required)
            json_array_append_new(required, json_string(f->name));
    }
    json_object_set_new(out, "properties", members);
    if (json_array_size(required) > 0)
        json_object_set(out, "required", required);
    json_decref(required);
    return out;
}

static json_t *
parameters_of(const struct route *r)
{
    json_t *out = json_array();

    for (const struct route_field *f = r->fields; f != NULL && f->name != NULL; f++) {
        if (f->place == IN_BODY)
            continue;
        json_t *schema = schema_of(f);
        json_t *p = json_pack("{s:s, s:s, s:b}", "name", f->name, "in", f->place == IN_PATH ? "path" : "query",
                              "required", f->required);
        describe(p, schema, f);
        json_object_set_new(p, "schema", schema);
        json_array_append_new(out, p);
    }
    return out;
}

static bool
has_body(const struct route *r, bool *required)
{
    bool any = (r->flags & ROUTE_TEXT) != 0 && strcmp(r->method, "GET") != 0;

    *required = any;
    for (const struct route_field *f = r->fields; f != NULL && f->name != NULL; f++)
        if (f->place == IN_BODY) {
            any = true;
            *required = *required || f->required;
        }
    return any;
}

static json_t *
content(const char *type, json_t *schema)
{
    return json_pack("{s:{s:o}}", type, "schema", schema);
}

static json_t *
failure(const char *text)
{
    return json_pack("{s:s, s:o}", "description", text, "content",
                     content("application/json", json_pack("{s:s}", "$ref", "#/components/schemas/Error")));
}

static json_t *
responses_of(const struct route *r)
{
    json_t *out = json_object();
    bool    text = (r->flags & ROUTE_TEXT) != 0 && strcmp(r->method, "GET") == 0;
    json_t *good =
        content(text ? "text/plain" : "application/json", json_pack("{s:s}", "type", text ? "string" : "object"));

    if ((r->flags & ROUTE_STREAM) != 0)
        json_object_set_new(good, "text/event-stream",
                            json_pack("{s:o}", "schema", json_pack("{s:s}", "type", "string")));
    json_object_set_new(out, "200", json_pack("{s:s, s:o}", "description", r->answer, "content", good));
    json_object_set_new(out, "400", failure("A parameter is missing, unknown, or not what its schema says"));
    json_object_set_new(out, "401", failure("The control credential is missing or wrong"));
    if (strchr(r->path, '{') != NULL)
        json_object_set_new(out, "404", failure("There is none of that name"));
    if (r->conflict != NULL)
        json_object_set_new(out, "409", failure(r->conflict));
    json_object_set_new(out, "default", failure("What else can go wrong"));
    return out;
}

/* "POST phones/{name}/register" -> "postPhonesNameRegister" */
static json_t *
operation_id(const struct route *r)
{
    char   text[128];
    size_t n = 0;
    bool   upper = false;

    for (const char *p = r->method; *p != '\0'; p++)
        text[n++] = (char)tolower((unsigned char)*p);
    upper = true;
    for (const char *p = r->path; *p != '\0' && n < sizeof text - 1; p++) {
        if (isalnum((unsigned char)*p))
            text[n++] = upper ? (char)toupper((unsigned char)*p) : *p;
        upper = !isalnum((unsigned char)*p);
    }
    return json_stringn(text, n);
}

static json_t *
operation_of(const struct route *r)
{
    bool    required;
    json_t *out = json_pack("{s:s, s:o, s:o, s:o}", "summary", r->summary, "operationId", operation_id(r), "parameters",
                            parameters_of(r), "responses", responses_of(r));

    if (has_body(r, &required)) {
        bool    text = (r->flags & ROUTE_TEXT) != 0;
        json_t *schema = text ? json_pack("{s:s}", "type", "string") : object_schema(r->fields, IN_BODY);
        json_object_set_new(out, "requestBody",
                            json_pack("{s:b, s:o}", "required", required, "content",
                                      content(text ? "text/plain" : "application/json", schema)));
    }
    return out;
}

static void
add_path(json_t *paths, const struct route *r)
{
    char  path[160] = "/", method[16] = "";
    char *m = method;

    strncat(path, r->path, sizeof path - 2);
    for (const char *p = r->method; *p != '\0' && m < method + sizeof method - 1; p++)
        *m++ = (char)tolower((unsigned char)*p);
    json_t *item = json_object_get(paths, path);
    if (item == NULL) {
        item = json_object();
        json_object_set_new(paths, path, item);
    }
    json_object_set_new(item, method, operation_of(r));
}

json_t *
control_document(void)
{
    json_t *paths = json_object();

    for (size_t i = 0; i < ROUTE_COUNT; i++)
        add_path(paths, &control_routes[i]);
    return json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{s:[]}, {s:[]}], s:o, s:{s:{s:{s:s, s:s}, s:{s:s, s:s, "
                     "s:s}}, s:{s:o}}}",
                     "openapi", "3.0.3", "info", "title", "ccmsim control API", "version", CCMSIM_VERSION,
                     "description",
                     "What a test may ask of the double itself. Errors are {\"error\": what, \"hint\": what to do}. "
                     "HEAD is answered "
                     "where GET is.",
                     "servers", "url", "/ccmsim/v1", "security", "token", "basic", "paths", paths, "components",
                     "securitySchemes", "token", "type", "http", "scheme", "bearer", "basic", "type", "http", "scheme",
                     "basic", "description", "user 'control', the token as password", "schemas", "Error",
                     json_pack("{s:s, s:[s, s], s:{s:{s:s}, s:{s:s}}}", "type", "object", "required", "error", "hint",
                               "properties", "error", "type", "string", "hint", "type", "string"));
}

enum outcome
control_openapi(struct request *rq, struct ask *ask, struct ccm_error *err)
{
    (void)ask, (void)err;
    return control_reply(rq, 200, control_document());
}
