/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/clock.c - <clock>: what time it is for the guest, and how its timers catch up */

/* TSC, kvmclock, hypervclock and armvtimer are properties of the processor: whoever builds -cpu
 * reads them from domain/clock.h. */

#include "domain/kinds.h"
#include "core/options.h"
#include "host/time.h"

#include <time.h>

static const char *const offset_names[] = {
  [CLOCK_UTC] = "utc",           [CLOCK_LOCALTIME] = "localtime", [CLOCK_VARIABLE] = "variable",
  [CLOCK_TIMEZONE] = "timezone", [CLOCK_ABSOLUTE] = "absolute",
};
static_assert(ARRAY_SIZE(offset_names) == CLOCK_OFFSETS, "an offset has no name");

static const char *const basis_names[] = { [CLOCK_BASIS_UTC] = "utc", [CLOCK_BASIS_LOCALTIME] = "localtime" };
static_assert(ARRAY_SIZE(basis_names) == CLOCK_BASES, "a basis has no name");

static const char *const timer_names[] = {
  [TIMER_PLATFORM] = "platform",
  [TIMER_PIT] = "pit",
  [TIMER_RTC] = "rtc",
  [TIMER_HPET] = "hpet",
  [TIMER_TSC] = "tsc",
  [TIMER_KVMCLOCK] = "kvmclock",
  [TIMER_HYPERVCLOCK] = "hypervclock",
  [TIMER_ARMVTIMER] = "armvtimer",
};
static_assert(ARRAY_SIZE(timer_names) == TIMER_NAMES, "a timer has no name");

static const char *const track_names[] = {
  [TRACK_BOOT] = "boot",
  [TRACK_GUEST] = "guest",
  [TRACK_WALL] = "wall",
  [TRACK_REALTIME] = "realtime",
};
static_assert(ARRAY_SIZE(track_names) == TIMER_TRACKS, "a track has no name");

static const char *const policy_names[] = {
  [TICK_DELAY] = "delay",
  [TICK_CATCHUP] = "catchup",
  [TICK_MERGE] = "merge",
  [TICK_DISCARD] = "discard",
};
static_assert(ARRAY_SIZE(policy_names) == TIMER_POLICIES, "a policy has no name");

static const char *const mode_names[] = {
  [TIMER_AUTO] = "auto",         [TIMER_NATIVE] = "native",   [TIMER_EMULATE] = "emulate",
  [TIMER_PARAVIRT] = "paravirt", [TIMER_SMPSAFE] = "smpsafe",
};
static_assert(ARRAY_SIZE(mode_names) == TIMER_MODES, "a mode has no name");

/* 9999-12-31T23:59:59, the last second that QEMU's -rtc can spell. */
#define LAST_SECOND UINT64_C(253402300799)

static const struct attr timer_attrs[] = {
  ATTR_ENUM("@name", struct timer, name, timer_names, .required = true, .doc = "Which timer it is."),
  ATTR_YESNO("@present", struct timer, present, .dflt = "QEMU's, by machine and CPU; no for hypervclock",
             .doc = "Whether the guest has the timer."),
  ATTR_ENUM("@track", struct timer, track, track_names, .dflt = "QEMU's (wall)",
            .doc = "Which clock the timer follows."),
  ATTR_ENUM("@tickpolicy", struct timer, policy, policy_names, .dflt = "delay",
            .doc = "What becomes of ticks that the guest missed."),
  ATTR_UINT("@frequency", struct timer, frequency, .unit = "Hz", .dflt = "the host's",
            .doc = "How fast the time stamp counter runs."),
  ATTR_ENUM("@mode", struct timer, mode, mode_names, .dflt = "auto",
            .doc = "How the time stamp counter is made; QEMU is not told."),
  ATTR_UINT("catchup/@threshold", struct timer, catchup_threshold, .dflt = "none",
            .doc = "How late ticks may be before they are made up for; it has no effect."),
  ATTR_UINT("catchup/@slew", struct timer, catchup_slew, .dflt = "none",
            .doc = "How much faster ticks may come meanwhile; it has no effect."),
  ATTR_UINT("catchup/@limit", struct timer, catchup_limit, .dflt = "none",
            .doc = "How many ticks are made up for at most; it has no effect."),
  ATTR_END
};

/* An offset of seconds from the present; "reset" and its absence are the same to a new start. */
struct adjustment {
  enum { ADJUST_NONE, ADJUST_RESET, ADJUST_SECONDS } kind;
  int64_t seconds;
};

static const char *
parse_adjustment(TALLOC_CTX *ctx, const char *text, void *member)
{
  struct adjustment *adjustment = member;
  (void)ctx;
  adjustment->kind = strcmp(text, "reset") == 0 ? ADJUST_RESET : ADJUST_SECONDS;
  if (adjustment->kind == ADJUST_SECONDS && !parse_int(text, &adjustment->seconds))
    return "must be a number of seconds, or 'reset'";
  return NULL;
}

/* libvirt takes what is no number as 0 where the offset is 'variable'. */
static const char *
parse_variable(TALLOC_CTX *ctx, const char *text, void *member)
{
  struct adjustment *adjustment = member;
  (void)ctx;
  adjustment->kind = parse_int(text, &adjustment->seconds) ? ADJUST_SECONDS : ADJUST_RESET;
  return NULL;
}

struct given {
  struct adjustment adjustment;
};

static const struct attr adjustment_attrs[] = { ATTR_WORD("@adjustment", struct given, adjustment, parse_adjustment,
                                                          "seconds, or reset",
                                                          .pattern = "reset|-?([0-9]+|0[xX][0-9a-fA-F]+)", .dflt = "0",
                                                          .doc = "How far the guest's clock is from the host's."),
                                                ATTR_END };

static const struct attr seconds_attrs[] = { ATTR_WORD("@adjustment", struct given, adjustment, parse_variable,
                                                       "seconds", .dflt = "0",
                                                       .doc = "How far the guest's clock is from the host's."),
                                             ATTR_END };

static const struct attr basis_attrs[] = {
  ATTR_ENUM("@basis", struct clock, basis, basis_names, .dflt = "utc", .doc = "Which clock of the host it is."),
  ATTR_QUIET("@adjustment0", .doc = "What a running libvirt notes; it has no effect."), ATTR_END
};

static const struct attr timezone_attrs[] = {
  ATTR_STRING("@timezone", struct clock, timezone, .required = true,
              .missing = "clock offset 'timezone' needs one; write timezone='Europe/Berlin'",
              .doc = "The time zone of the guest's clock."),
  ATTR_END
};

static const struct attr start_attrs[] = {
  ATTR_UINT("@start", struct clock, start, .max = LAST_SECOND, .unit = "seconds", .required = true,
            .missing = "clock offset 'absolute' needs a start; write start='1234691346', seconds since 1970",
            .doc = "When the guest's clock starts, since 1970."),
  ATTR_END
};

static const struct attr variable_attrs[] = { ATTR_SEE(".", seconds_attrs), ATTR_SEE(".", basis_attrs), ATTR_END };

static const struct attr *const offset_attrs[CLOCK_OFFSETS] = {
  [CLOCK_UTC] = adjustment_attrs,    [CLOCK_LOCALTIME] = adjustment_attrs, [CLOCK_VARIABLE] = variable_attrs,
  [CLOCK_TIMEZONE] = timezone_attrs, [CLOCK_ABSOLUTE] = start_attrs,
};

static const struct attr body_attrs[] = {
  ATTR_SEE_BY("@offset", offset_names, offset_attrs),
  ATTR_SEE("timer", timer_attrs, .many = true, .doc = "A timer of the board, and how it behaves."), ATTR_END
};

static const struct attr clock_attrs[] = { ATTR_ENUM("clock/@offset", struct domain, clock.offset, offset_names,
                                                     .empty_none = true, .dflt = "utc",
                                                     .doc = "What the guest's clock shows."),
                                           ATTR_SEE("clock", body_attrs), ATTR_END };

static void
read_adjustment(struct clock *clock, xmlNode *node, struct diag *diag)
{
  struct given given = { 0 };
  attr_read(clock->offset == CLOCK_VARIABLE ? seconds_attrs : adjustment_attrs, node, &given, NULL, diag);
  if (clock->offset == CLOCK_VARIABLE) {
    if (given.adjustment.kind == ADJUST_RESET)
      diag_warning(diag, xml_place_of(node, "@adjustment"), NULL,
                   "clock adjustment of offset 'variable' is no number of seconds: it counts as 0, as with libvirt; "
                   "write adjustment='0'");
    clock->basis = CLOCK_BASIS_UTC;
    attr_read(basis_attrs, node, clock, NULL, diag);
  } else if (given.adjustment.kind != ADJUST_SECONDS) {
    return;
  } else {
    clock->basis = clock->offset == CLOCK_LOCALTIME ? CLOCK_BASIS_LOCALTIME : CLOCK_BASIS_UTC;
    clock->offset = CLOCK_VARIABLE;
  }
  clock->adjustment = given.adjustment.seconds;
}

static void
read_base(struct clock *clock, xmlNode *node, struct diag *diag)
{
  if (clock->offset == CLOCK_TIMEZONE || clock->offset == CLOCK_ABSOLUTE)
    attr_read(offset_attrs[clock->offset], node, clock, NULL, diag);
  else
    read_adjustment(clock, node, diag);
}

static void
clock_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct clock *clock = &domain->clock;
  xmlNode *node = xml_child(root, "clock");
  if (!node)
    return;
  read_base(clock, node, stage->diag);
  xml_each(child, node, "timer")
  {
    struct timer timer = { .place = xml_place(child, NULL) };
    if (!attr_read(timer_attrs, child, &timer, NULL, stage->diag))
      continue;
    clock->timers = ARRAY_ROOM(domain, clock->timers, struct timer, clock->n_timers);
    clock->timers[clock->n_timers++] = timer;
  }
}

#define REFUSE(fmt, ...) \
  diag_error(stage->diag, timer->place, NULL, "timer %s: " fmt, timer_names[timer->name], ##__VA_ARGS__)

/* Which attributes a timer has at all. */
static void
check_attributes(const struct timer *timer, struct stage *stage)
{
  if ((timer->name == TIMER_KVMCLOCK || timer->name == TIMER_HYPERVCLOCK) && timer->policy)
    REFUSE("it has no ticks to make up for; drop tickpolicy");
  if (timer->policy != TICK_CATCHUP && (timer->catchup_threshold || timer->catchup_slew || timer->catchup_limit))
    REFUSE("<catchup> goes with tickpolicy='catchup'");
  if (timer->name != TIMER_TSC && timer->frequency)
    REFUSE("only the tsc has a frequency; drop it");
  if (timer->name != TIMER_TSC && timer->mode)
    REFUSE("only the tsc has a mode; drop it");
  if (timer->name != TIMER_RTC && timer->name != TIMER_PLATFORM && timer->track)
    REFUSE("only the rtc has a track; drop it");
}

static void
check_armvtimer(const struct domain *domain, const struct timer *timer, struct stage *stage)
{
  if (domain->virt != VIRT_KVM || !domain_is_arm_virt(domain))
    REFUSE("it is for KVM on Arm's virt machine; drop it");
  else if (timer->present == OFF)
    REFUSE("it cannot be taken away; drop present='no'");
  else if (!caps_has(stage->caps, FEAT_CPU_KVM_NO_ADJVTIME))
    REFUSE("this QEMU (%s) cannot set it", caps_version_string(stage->caps));
  if (timer->policy == TICK_CATCHUP || timer->policy == TICK_MERGE)
    REFUSE("tickpolicy '%s': it knows delay and discard", policy_names[timer->policy]);
}

static void
check_timer(const struct domain *domain, const struct timer *timer, struct stage *stage)
{
  bool x86 = arch_is_x86(domain->arch);
  check_attributes(timer, stage);
  switch (timer->name) {
  case TIMER_PLATFORM:
    REFUSE("QEMU has none; drop it");
    break;
  case TIMER_RTC:
    if (timer->track == TRACK_BOOT)
      REFUSE("track 'boot': QEMU's follows guest, wall or realtime");
    if (timer->policy == TICK_MERGE || timer->policy == TICK_DISCARD)
      REFUSE("tickpolicy '%s': it knows delay and catchup", policy_names[timer->policy]);
    break;
  case TIMER_PIT:
    if (timer->policy == TICK_MERGE)
      REFUSE("tickpolicy 'merge': it knows delay, catchup and discard");
    if (timer->policy == TICK_CATCHUP && !caps_has(stage->caps, FEAT_KVM_PIT_TICK_POLICY))
      REFUSE("tickpolicy 'catchup' needs KVM's, which this QEMU lacks");
    break;
  case TIMER_HPET:
    if (timer->present == ON && !x86)
      REFUSE("%s has none; drop it", arch_names[domain->arch]);
    /* -no-hpet, the only word of old, is a machine's property as well */
    if (x86 && !domain_is_pc(domain) &&
        (timer->present == OFF || (timer->present == ON && caps_has(stage->caps, FEAT_MACHINE_HPET))))
      diag_unstartable(stage->diag, timer->place, NULL,
                       "timer hpet: machine %s has no say in it, this guest will not start; drop it",
                       domain->os.machine);
    break;
  case TIMER_TSC:
  case TIMER_KVMCLOCK:
  case TIMER_HYPERVCLOCK:
    if (timer->present == ON && !x86)
      REFUSE("it is an x86 processor's, this is %s; drop it", arch_names[domain->arch]);
    break;
  case TIMER_ARMVTIMER:
    check_armvtimer(domain, timer, stage);
    break;
  case TIMER_NAMES:
    break;
  }
}

static void
clock_check(const struct domain *domain, struct stage *stage)
{
  for (size_t i = 0; i < domain->clock.n_timers; i++)
    check_timer(domain, &domain->clock.timers[i], stage);
}

static const char *
moment(TALLOC_CTX *ctx, time_t seconds)
{
  struct tm tm;
  char text[64];
  gmtime_r(&seconds, &tm);
  strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
  return talloc_strdup(ctx, text);
}

/* QEMU's -rtc takes no offset: the moment of starting is reckoned here. Without an adjustment it
 * needs none, and the same domain gives the same arguments at any time. */
static void
clock_resolve(struct domain *domain, struct stage *stage)
{
  struct clock *clock = &domain->clock;
  if (clock->offset != CLOCK_VARIABLE || clock->adjustment == 0)
    return;
  int64_t now = host_now(stage->host), offset = 0, moment;
  xmlNode *node = xml_child(domain->root, "clock");
  if (clock->basis == CLOCK_BASIS_LOCALTIME && !host_utc_offset(stage->host, now, &offset))
    diag_warning(stage->diag, xml_place(node, NULL), NULL,
                 "basis 'localtime': --offline forbids to look up the host's time zone, UTC stands for it; leave "
                 "--offline out, or write an adjustment with basis='utc'");
  now += offset;
  if (__builtin_add_overflow(now, clock->adjustment, &moment) || moment < 0 || moment > (int64_t)LAST_SECOND) {
    diag_error(stage->diag, xml_place(node, NULL), NULL,
               "clock adjustment %jd leads out of the years 1970 to 9999, which QEMU can tell",
               (intmax_t)clock->adjustment);
    return;
  }
  clock->start = (uint64_t)moment;
  if (!options_launch(stage->options))
    diag_warning(stage->diag, xml_place(node, NULL), NULL,
                 "the clock is reckoned from now on: the arguments are good for this moment; start with --exec, "
                 "or write offset='utc' without an adjustment");
}

/* The line of a timer, or of <clock>. */
static void
from_timer(const struct domain *domain, const struct timer *timer, struct argv *argv)
{
  argv_origin(argv, timer ? timer->place : xml_place_at(domain->root, "clock"), NULL, NULL);
}

static void
build_rtc(const struct domain *domain, struct argv *argv)
{
  static const char *const rtc_clocks[] = { [TRACK_GUEST] = "vm", [TRACK_WALL] = "host", [TRACK_REALTIME] = "rt" };
  const struct clock *clock = &domain->clock;
  const struct timer *rtc = clock_timer(clock, TIMER_RTC);
  struct props *p = argv_single(argv, PHASE_GLOBAL, "-rtc", NULL);
  bool local = clock->offset == CLOCK_LOCALTIME || clock->offset == CLOCK_TIMEZONE ||
               (clock->offset == CLOCK_VARIABLE && clock->basis == CLOCK_BASIS_LOCALTIME);
  bool reckoned = clock->offset == CLOCK_ABSOLUTE || (clock->offset == CLOCK_VARIABLE && clock->adjustment);
  props_str(p, "base", reckoned ? moment(argv, (time_t)clock->start) : local ? "localtime" : "utc");
  from_timer(domain, rtc, argv);
  if (rtc && rtc->track && rtc->track < ARRAY_SIZE(rtc_clocks))
    props_str(p, "clock", rtc_clocks[rtc->track]);
  if (rtc && rtc->policy == TICK_CATCHUP)
    props_str(p, "driftfix", "slew");
  from_timer(domain, NULL, argv);
  /* QEMU's localtime is that of its own environment */
  if (clock->offset == CLOCK_TIMEZONE)
    argv_env(argv, "TZ", clock->timezone);
}

static void
clock_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  build_rtc(domain, argv);
  const struct timer *pit = clock_timer(&domain->clock, TIMER_PIT);
  from_timer(domain, pit, argv);
  if (pit && pit->policy != TICK_CATCHUP && caps_has(b->caps, FEAT_KVM_PIT_TICK_POLICY))
    argv_global(argv, "kvm-pit", "lost_tick_policy", pit->policy == TICK_DISCARD ? "discard" : "delay");
  const struct timer *hpet = clock_timer(&domain->clock, TIMER_HPET);
  if (!hpet || hpet->present == UNSET || !arch_is_x86(domain->arch))
    return;
  from_timer(domain, hpet, argv);
  if (caps_has(b->caps, FEAT_MACHINE_HPET))
    props_onoff(argv_single(argv, PHASE_MACHINE, "-machine", "type"), "hpet", hpet->present);
  else if (hpet->present == OFF)
    argv_flag(argv, PHASE_GLOBAL, "-no-hpet");
}

const struct section clock_section = {
  .name = "clock",
  .element = "clock",
  .attrs = clock_attrs,
  .parse = clock_parse,
  .check = clock_check,
  .resolve = clock_resolve,
  .build = clock_build,
};
