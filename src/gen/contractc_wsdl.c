/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Writes the toolkit's folders: schema/V/ with AXLAPI.wsdl and its schemas for each version, and
 * schema/current, the newest. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "contractc.h"

#define SERVICE "http://www.cisco.com/AXLAPIService/"

static bool
in_version(const struct c_op *op, enum axl_version v)
{
    return (op->versions >> v) & 1;
}

static void
messages(const struct contract *c, enum axl_version v, FILE *out)
{
    const char *part = c_versions[v].part;

    if (c_versions[v].faults)
        fputs("  <message name=\"AXLError\">\n    <part name=\"parameters\" element=\"axlapi:axlError\"/>\n  "
              "</message>\n",
              out);
    for (size_t i = 0; i < c->ops.count; i++) {
        const char *name = c->ops.items[i].name;
        if (!in_version(&c->ops.items[i], v))
            continue;
        fprintf(out, "  <message name=\"%sIn\">\n    <part name=\"%s\" element=\"axlapi:%s\"/>\n  </message>\n", name,
                part, name);
        fprintf(out,
                "  <message name=\"%sOut\">\n    <part name=\"%s\" element=\"axlapi:%sResponse\"/>\n  </message>\n",
                name, part, name);
    }
}

static void
port_type(const struct contract *c, enum axl_version v, FILE *out)
{
    fputs("  <portType name=\"AXLPort\">\n", out);
    for (size_t i = 0; i < c->ops.count; i++) {
        const char *name = c->ops.items[i].name;
        if (!in_version(&c->ops.items[i], v))
            continue;
        fprintf(
            out,
            "    <operation name=\"%s\">\n      <input message=\"s0:%sIn\"/>\n      <output message=\"s0:%sOut\"/>\n",
            name, name, name);
        if (c_versions[v].faults)
            fputs("      <fault name=\"fault\" message=\"s0:AXLError\"/>\n", out);
        fputs("    </operation>\n", out);
    }
    fputs("  </portType>\n", out);
}

static void
binding(const struct contract *c, enum axl_version v, FILE *out)
{
    fputs("  <binding name=\"AXLAPIBinding\" type=\"s0:AXLPort\">\n"
          "    <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n",
          out);
    for (size_t i = 0; i < c->ops.count; i++) {
        const char *name = c->ops.items[i].name;
        if (!in_version(&c->ops.items[i], v))
            continue;
        fprintf(out, "    <operation name=\"%s\">\n      <soap:operation soapAction=\"", name);
        if (!c_versions[v].plain_action)
            fprintf(out, "CUCM:DB ver=%s ", c_versions[v].name);
        fprintf(out, "%s\" style=\"document\"/>\n", name);
        fputs("      <input>\n        <soap:body use=\"literal\"/>\n      </input>\n"
              "      <output>\n        <soap:body use=\"literal\"/>\n      </output>\n",
              out);
        if (c_versions[v].faults)
            fputs(
                "      <fault name=\"fault\">\n        <soap:fault name=\"fault\" use=\"literal\"/>\n      </fault>\n",
                out);
        fputs("    </operation>\n", out);
    }
    fputs("  </binding>\n", out);
}

static void
emit_wsdl(const struct contract *c, enum axl_version v, FILE *out)
{
    const char *api = c_versions[v].api_namespace;

    fprintf(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\"\n"
        "    xmlns:s0=\"" SERVICE "\" xmlns:axlapi=\"%s\" targetNamespace=\"" SERVICE "\">\n"
        "  <types>\n"
        "    <xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n"
        "      <xsd:import namespace=\"%s\" schemaLocation=\"AXLSoap.xsd\"/>\n"
        "    </xsd:schema>\n"
        "  </types>\n",
        api, api);
    messages(c, v, out);
    port_type(c, v, out);
    binding(c, v, out);
    fputs("  <service name=\"AXLAPIService\">\n"
          "    <port name=\"AXLPort\" binding=\"s0:AXLAPIBinding\">\n"
          "      <soap:address location=\"https://CCMSERVERNAME:8443/axl/\"/>\n"
          "    </port>\n"
          "  </service>\n"
          "</definitions>\n",
          out);
}

static bool
make_dir(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    perror(path);
    return false;
}

static bool
emit_version(const struct contract *c, enum axl_version v, const char *dir)
{
    static const char *const names[] = { "AXLAPI.wsdl", "AXLSoap.xsd", "AXLEnums.xsd", "axl.xsd" };
    FILE                    *out[4] = { NULL };
    unsigned                 count = c_versions[v].two_namespaces ? 4 : 3;
    bool                     ok = make_dir(dir);

    for (unsigned i = 0; i < count && ok; i++)
        ok = (out[i] = fopen(arena_printf(c->arena, "%s/%s", dir, names[i]), "w")) != NULL;
    if (ok) {
        emit_wsdl(c, v, out[0]);
        emit_schema(c, v, out[1], out[3], out[2]);
    }
    for (unsigned i = 0; i < count; i++)
        if (out[i] != NULL && fclose(out[i]) != 0)
            ok = false;
    if (!ok)
        perror(dir);
    return ok;
}

bool
emit_toolkit(const struct contract *c, const char *dir)
{
    bool ok = make_dir(dir) && make_dir(arena_printf(c->arena, "%s/schema", dir));
    for (int v = 0; v < AXL_VERSIONS && ok; v++)
        ok = emit_version(c, (enum axl_version)v, arena_printf(c->arena, "%s/schema/%s", dir, c_versions[v].name));
    return ok && emit_version(c, AXL_VERSIONS - 1, arena_printf(c->arena, "%s/schema/current", dir));
}
