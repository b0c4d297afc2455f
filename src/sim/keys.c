/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* The keys of a phone, as far as simple calls need them. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "sim/call.h"

struct press {
    struct sim       *sim;
    struct dev       *d;
    const char       *key;
    struct ccm_error *err;
};

static bool
nothing_to_do(const struct press *p)
{
    return ccm_fail(p->err, CCM_CONFLICT, "key \"%.40s\" does nothing on device \"%s\" now", p->key, p->d->name);
}

static struct call *
go_off_hook(struct press *p, struct line *l)
{
    if (l != NULL && line_usable(l))
        return call_new(p->sim, l);
    nothing_to_do(p);
    return NULL;
}

static struct line *
first_line(const struct dev *d)
{
    return d->line_count > 0 ? d->lines[0] : NULL;
}

static bool
answer_leg(struct press *p, struct leg *leg)
{
    return leg != NULL ? call_answer(p->sim, leg->call, leg->line) : nothing_to_do(p);
}

static bool
press_line(struct press *p)
{
    unsigned long index = strtoul(p->key + 4, NULL, 10);
    struct line  *l = index > 0 && index < 1000 ? line_find(p->d, (unsigned)index) : NULL;

    if (l == NULL)
        return ccm_fail(p->err, CCM_NOT_FOUND, "device \"%s\" has no line for key \"%.40s\"", p->d->name, p->key);
    for (struct leg *leg = l->legs; leg != NULL; leg = leg->line_next)
        if (leg->state == SIM_LINE_RINGIN)
            return answer_leg(p, leg);
    return l->legs == NULL ? go_off_hook(p, l) != NULL : nothing_to_do(p);
}

static bool
press_offhook(struct press *p)
{
    struct leg *ringing = device_ringing(p->d);

    if (ringing != NULL)
        return answer_leg(p, ringing);
    return device_leg(p->d) == NULL ? go_off_hook(p, first_line(p->d)) != NULL : nothing_to_do(p);
}

static bool
press_onhook(struct press *p)
{
    struct leg *leg = device_leg(p->d);

    return leg != NULL && leg->state != SIM_LINE_RINGIN ? call_event(p->sim, leg->call, ON_CLEAR) : nothing_to_do(p);
}

static bool
press_speaker(struct press *p)
{
    struct leg *leg = device_leg(p->d);

    return leg != NULL && leg->state != SIM_LINE_RINGIN ? press_onhook(p) : press_offhook(p);
}

static bool
press_answer(struct press *p)
{
    return answer_leg(p, device_ringing(p->d));
}

static bool
press_digit(struct press *p)
{
    static const struct {
        const char *name;
        char        digit;
    } others[] = { { "Star", '*' }, { "Pound", '#' } };
    const char *rest = p->key + strlen("KeyPad");
    char        digit = rest[0] >= '0' && rest[0] <= '9' && rest[1] == '\0' ? rest[0] : '\0';
    struct leg *leg = device_leg(p->d);

    for (size_t i = 0; i < 2 && digit == '\0'; i++)
        if (strcasecmp(rest, others[i].name) == 0)
            digit = others[i].digit;
    if (digit == '\0')
        return ccm_fail(p->err, CCM_INVALID, "there is no key \"%.40s\"", p->key);
    struct call *c = leg == NULL ? go_off_hook(p, first_line(p->d)) : leg->call;
    if (c == NULL)
        return false;
    if (c->state == CALL_CONNECTED)
        return true; /* heard at the other end */
    if (c->state != CALL_OFFHOOK || c->caller->line->dev != p->d)
        return nothing_to_do(p);
    call_digit(p->sim, c, digit);
    return true;
}

static const struct {
    const char *key;
    bool        prefix;
    bool (*fn)(struct press *p);
} keys[] = {
    { "Line", true, press_line },        { "KeyPad", true, press_digit },     { "Speaker", false, press_speaker },
    { "Headset", false, press_speaker }, { "Offhook", false, press_offhook }, { "NewCall", false, press_offhook },
    { "Onhook", false, press_onhook },   { "EndCall", false, press_onhook },  { "Answer", false, press_answer },
};

static bool
press(struct press *p)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].prefix ? strncasecmp(p->key, keys[i].key, strlen(keys[i].key)) == 0
                           : strcasecmp(p->key, keys[i].key) == 0)
            return keys[i].fn(p);
    return ccm_fail(p->err, CCM_UNSUPPORTED,
                    "key \"%.40s\" is not carried out: LineN, KeyPad0 to KeyPad9, KeyPadStar, KeyPadPound, Speaker, "
                    "Headset, Offhook, NewCall, Onhook, EndCall and Answer are",
                    p->key);
}

bool
sim_device_press(struct sim *sim, const char *name, const char *key, struct ccm_error *err)
{
    sim_lock(sim);
    struct press p = { sim, name != NULL ? registry_find(sim, name) : NULL, key != NULL ? key : "", err };
    bool         ok;
    if (p.d == NULL)
        ok = ccm_fail(err, CCM_NOT_FOUND, "no device \"%.128s\" that registers", name != NULL ? name : "");
    else if (p.d->status != SIM_REGISTERED && p.d->status != SIM_PARTIALLY)
        ok = ccm_fail(err, CCM_CONFLICT, "device \"%s\" is not registered: it is %s", p.d->name,
                      phone_state_name(p.d->state));
    else
        ok = press(&p);
    sim_unlock(sim);
    return ok;
}
