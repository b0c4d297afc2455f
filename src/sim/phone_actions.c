/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* What a device does when its state changes, and what RIS says of it afterwards. Which reason belongs to which event
 * is in docs/fidelity.md. */
#include "sim/phone.h"

static void
wait_for(struct sim *sim, struct dev *d, struct sim_span span)
{
    clock_timer(sim, &d->timer, clock_draw(sim, d, span));
}

static void
drop_calls(struct sim *sim, struct dev *d)
{
    d->pending = EVENT_NONE;
    for (uint8_t i = 0; i < d->line_count && d->calls > 0; i++)
        call_line_gone(sim, d->lines[i]);
}

/* Gone for this reason, and back after that long. */
static void
go_away(struct sim *sim, struct dev *d, int reason, struct sim_span span)
{
    phone_set(sim, d, SIM_UNREGISTERED, reason, d->node);
    wait_for(sim, d, span);
}

void
action_boot(struct sim *sim, struct dev *d)
{
    /* Only phones take their time; the rest is there as soon as its node lets it. */
    wait_for(sim, d, d->ris == RIS_PHONE ? sim->opt.timing.boot : sim->opt.timing.register_);
}

void
action_seek(struct sim *sim, struct dev *d)
{
    wait_for(sim, d, sim->opt.timing.register_);
}

void
action_attempt(struct sim *sim, struct dev *d)
{
    d->attempts++;
    phone_event(sim, d, d->reject != 0 ? EVENT_REFUSED : phone_best_node(sim, d) == 0 ? EVENT_NOWHERE : EVENT_ACCEPTED);
}

static enum sim_status
status_by_lines(const struct dev *d)
{
    for (uint8_t i = 0; i < d->line_count; i++)
        if (d->lines[i]->refused)
            return SIM_PARTIALLY;
    return SIM_REGISTERED;
}

void
action_accept(struct sim *sim, struct dev *d)
{
    d->changed = false;
    phone_set(sim, d, status_by_lines(d), REASON_NONE, phone_best_node(sim, d));
}

void
action_recheck(struct sim *sim, struct dev *d)
{
    phone_set(sim, d, status_by_lines(d), REASON_NONE, d->node);
}

void
action_refuse(struct sim *sim, struct dev *d)
{
    uint8_t best = phone_best_node(sim, d);

    clock_stop(sim, &d->timer);
    drop_calls(sim, d);
    phone_set(sim, d, SIM_REJECTED, d->reject, best != 0 ? best : d->node);
}

void
action_halt(struct sim *sim, struct dev *d)
{
    clock_stop(sim, &d->timer);
    drop_calls(sim, d);
}

/* CallManager will notice when the keep-alive runs out. */
void
action_vanish(struct sim *sim, struct dev *d)
{
    wait_for(sim, d, sim->opt.timing.keepalive_loss);
}

void
action_expire(struct sim *sim, struct dev *d)
{
    clock_stop(sim, &d->timer);
    drop_calls(sim, d);
    phone_set(sim, d, SIM_UNREGISTERED, REASON_KEEPALIVE_TIMEOUT, d->node);
}

/* It was told something and doesn't answer. */
void
action_give_up(struct sim *sim, struct dev *d)
{
    clock_stop(sim, &d->timer);
    drop_calls(sim, d);
    phone_set(sim, d, SIM_UNREGISTERED, REASON_NO_RESPONSE, d->node);
}

/* Off and on again before anybody noticed. */
void
action_reboot(struct sim *sim, struct dev *d)
{
    drop_calls(sim, d);
    go_away(sim, d, REASON_DEVICE_INITIATED_RESET, sim->opt.timing.boot);
}

void
action_reset(struct sim *sim, struct dev *d)
{
    go_away(sim, d, REASON_CALLMANAGER_RESET, sim->opt.timing.reset);
}

void
action_wipe(struct sim *sim, struct dev *d)
{
    go_away(sim, d, REASON_DEVICE_WIPE, sim->opt.timing.reset);
}

void
action_restart(struct sim *sim, struct dev *d)
{
    go_away(sim, d, REASON_CALLMANAGER_RESTART, sim->opt.timing.restart);
}

void
action_apply(struct sim *sim, struct dev *d)
{
    wait_for(sim, d, sim->opt.timing.apply);
}

void
action_reapply(struct sim *sim, struct dev *d)
{
    go_away(sim, d, REASON_APPLY_CONFIG, sim->opt.timing.apply);
}

void
action_change(struct sim *sim, struct dev *d)
{
    go_away(sim, d, REASON_EM_LOGIN_LOGOUT, sim->opt.timing.login);
}

/* A call that it has goes on: voice doesn't pass through the node. */
void
action_leave(struct sim *sim, struct dev *d)
{
    call_device_unsettled(sim, d);
    go_away(sim, d, sim->lost_reason, sim->opt.timing.register_);
}

void
action_watch(struct sim *sim, struct dev *d)
{
    if (d->pool != NULL && d->pool->monitor_s > 0)
        clock_timer(sim, &d->timer, (int64_t)d->pool->monitor_s * 1000);
    else
        wait_for(sim, d, sim->opt.timing.failback);
}

void
action_consider(struct sim *sim, struct dev *d)
{
    uint8_t best = phone_best_node(sim, d);

    phone_event(sim, d, best == d->node || best == 0 ? EVENT_STAY : EVENT_HOME);
}

void
action_go_home(struct sim *sim, struct dev *d)
{
    go_away(sim, d, REASON_FALLBACK_INITIATED, sim->opt.timing.register_);
}

void
action_rest(struct sim *sim, struct dev *d)
{
    clock_stop(sim, &d->timer);
}
