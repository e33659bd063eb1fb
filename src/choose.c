/* SPDX-License-Identifier: GPL-2.0-or-later */
/* choose.c - from options and domain to the capabilities of one QEMU */

#include "choose.h"
#include "qemu/probe.h"

#include <stdio.h>
#include <uthash.h>

/* 0: TEXT is no version. */
static unsigned
version_of(const char *text)
{
  unsigned major = 0, minor = 0, micro = 0;
  int end = 0;
  if (text[strspn(text, "0123456789.")] != '\0' ||
      sscanf(text, "%3u.%3u%n.%3u%n", &major, &minor, &end, &micro, &end) < 2 || text[end] != '\0')
    return 0;
  return QEMU_VERSION(major, minor, micro);
}

const char *
qemu_version_wrong(TALLOC_CTX *ctx, const char *text)
{
  unsigned version = version_of(text);
  if (!version)
    return talloc_asprintf(ctx, "'%s' is no version; write 8.2 or 8.2.1", text);
  if (version < QEMU_OLDEST)
    return talloc_asprintf(ctx, "%s is older than 6.2, the oldest QEMU supported", text);
  return NULL;
}

/* Hosts of 32 bit have no KVM any more, those of 64 have it in their own binary alone
 * (libvirt qemu_capabilities.c, virQEMUCapsGetDefaultEmulator). */
static enum arch
emulator_arch(const struct domain *domain)
{
  return domain->arch == ARCH_ARMV7L && domain->virt == VIRT_KVM ? ARCH_AARCH64 : domain->arch;
}

static void
choose_emulator(struct domain *domain, const struct options *options)
{
  if (options->qemu)
    domain->emulator = options->qemu;
  else if (!domain->emulator)
    domain->emulator = talloc_asprintf(domain, "/usr/bin/qemu-system-%s", arch_qemu_suffix(emulator_arch(domain)));
}

/* A guest that starts here and now is built for what the binary says, not for what its version should have. */
static bool
wants_probe(const struct options *options)
{
  return options->probe || options->save_capabilities || options_starts(options);
}

/* The user says which QEMU it is: no binary has a say. */
static bool
is_named(const struct options *options)
{
  return options->capabilities || options->qemu_version;
}

/* The emulator's architecture, where its name tells; it may run other processors' guests as well. */
static enum arch
named_arch(const struct domain *domain)
{
  const char *base = strrchr(domain->emulator, '/');
  base = base ? base + 1 : domain->emulator;
  enum arch named = str_starts(base, "qemu-system-") ? arch_from_qemu(base + strlen("qemu-system-")) : ARCH_NONE;
  return named != ARCH_NONE ? named : domain->arch;
}

/* Warns of a QEMU that is newer than our tables. */
static void
tell_unknown(const struct caps *caps, struct diag *diag)
{
  unsigned version = caps_version(caps);
  if (version / 1000 > QEMU_NEWEST / 1000)
    diag_note(diag, (struct place){ 0 }, NULL,
              "QEMU %u.%u is the newest that is known here; %s is treated like it where it does not say otherwise",
              QEMU_NEWEST / 1000000, QEMU_NEWEST / 1000 % 1000, caps_version_string(caps));
}

static void
report_relative(const struct domain *domain, struct diag *diag)
{
  diag_host(diag, domain->place, NULL,
            "emulator '%s' is no path from the root, so it is not run; name it with --qemu=%s if it may",
            domain->emulator, domain->emulator);
}

/* A name of the XML's that depends on our folder, or on PATH, is never run: it names another program wherever the file
 * goes, and one that its author has put beside it. */
static bool
is_left_alone(const struct domain *domain, const struct options *options)
{
  bool would_run = options_launch(options) || (wants_probe(options) && !is_named(options));
  return would_run && !options->qemu && domain->emulator[0] != '/';
}

/* One QEMU, and how it is known. */
struct met {
  char *how;
  struct caps *caps; /* NULL: it gave no answer */
  int error;
  struct diag *said;
  UT_hash_handle hh;
};

struct qemus {
  struct met *met;
};

static int
qemus_free(struct qemus *qemus)
{
  HASH_CLEAR(hh, qemus->met);
  return 0;
}

struct qemus *
qemus_new(TALLOC_CTX *ctx)
{
  struct qemus *qemus = talloc_zero(ctx, struct qemus);
  talloc_set_destructor(qemus, qemus_free);
  return qemus;
}

static void
ask(struct met *met, const struct domain *domain, const struct options *options)
{
  if (options->capabilities)
    met->caps = caps_from_file(met, options->capabilities, met->said);
  else if (options->qemu_version)
    met->caps = caps_from_version(met, version_of(options->qemu_version), named_arch(domain));
  else if (options->probe || options->save_capabilities)
    met->caps = probe_binary(met, domain->emulator, PROBE_SECONDS, &met->error, met->said);
  else if (wants_probe(options))
    met->caps = probe_cached(met, domain->emulator, &met->error, met->said);
  else
    met->caps = caps_from_version(met, QEMU_NEWEST, named_arch(domain));
  if (met->caps)
    caps_settle_order(met->caps, named_arch(domain));
}

/* The options are the same for all files of a run: the binary and what its name tells make the difference. */
static struct met *
meet(struct qemus *qemus, const struct domain *domain, const struct options *options)
{
  bool asked = wants_probe(options) && !is_named(options);
  char *how = talloc_asprintf(qemus, "%d %s", named_arch(domain), asked ? domain->emulator : "");
  struct met *met;
  HASH_FIND_STR(qemus->met, how, met);
  if (met) {
    talloc_free(how);
    return met;
  }
  met = talloc_zero(qemus, struct met);
  met->how = talloc_steal(met, how);
  met->said = diag_new(met);
  ask(met, domain, options);
  HASH_ADD_KEYPTR(hh, qemus->met, met->how, strlen(met->how), met);
  return met;
}

/* The binary's answers about the user's own arguments, as QEMU will have them, are remembered too. */
static void
ask_about_given(struct met *met, const struct domain *domain, const struct options *options)
{
  const struct override *override = &domain->override;
  const char **words = NULL;
  size_t n = 0;
  for (size_t i = 0; i < override->n_args; i++) {
    words = ARRAY_ROOM(domain, words, const char *, n);
    words[n++] = override->args[i];
  }
  for (const char **extra = options->extra; extra && *extra; extra++) {
    words = ARRAY_ROOM(domain, words, const char *, n);
    words[n++] = *extra;
  }
  struct caps *more = probe_given(met, met->caps, domain->emulator, words, n);
  if (more == met->caps)
    return;
  talloc_free(met->caps); /* files before this one, whose views it had, are done */
  met->caps = more;
  caps_settle_order(met->caps, named_arch(domain));
}

struct caps *
caps_choose(TALLOC_CTX *ctx, struct domain *domain, const struct options *options, struct qemus *qemus, int *error,
            struct diag *diag)
{
  *error = 0;
  choose_emulator(domain, options);
  qemus = qemus ? qemus : qemus_new(ctx);
  struct met *met = NULL;
  if (is_left_alone(domain, options))
    report_relative(domain, diag);
  else
    met = meet(qemus, domain, options);
  if (met && met->caps && wants_probe(options) && !is_named(options))
    ask_about_given(met, domain, options);
  struct caps *caps = met && met->caps ? caps_view(ctx, met->caps) : NULL;
  if (met) {
    diag_repeat(diag, met->said);
    *error = met->error;
  }
  if (!caps && options->mode == MODE_CHECK && !options->capabilities) {
    caps = caps_from_version(ctx, QEMU_NEWEST, named_arch(domain)); /* there may be more to tell */
    caps_settle_order(caps, named_arch(domain));
  }
  if (caps)
    tell_unknown(caps, diag);
  if (caps && options->save_capabilities && !caps_save(caps, options->save_capabilities, diag))
    return NULL;
  /* the XML's claims count for this guest, not for the record that is saved */
  const struct override *override = &domain->override;
  for (size_t i = 0; caps && i < override->n_features; i++)
    caps_override(caps, override->features[i].feature, override->features[i].present);
  return caps;
}
