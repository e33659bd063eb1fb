/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/helper.c - a program that must run before QEMU, word by word */

#include "domain/helper.h"

#include <stdarg.h>

/* Takes WORD, a talloc child of HELPER. */
static void
append(struct helper *helper, enum prop_names names, char *word)
{
  helper->argv = ARRAY_ROOM(helper, helper->argv, char *, helper->n + 1); /* and its end */
  helper->names = ARRAY_ROOM(helper, helper->names, enum prop_names, helper->n);
  helper->names[helper->n] = names;
  helper->argv[helper->n++] = word;
  helper->argv[helper->n] = NULL;
}

struct helper *
helper_new(struct domain *domain, const char *program, const char *subject, struct place place)
{
  struct helper *helper = talloc_zero(domain, struct helper);
  helper->domain = domain;
  helper->subject = subject;
  helper->place = place;
  helper_host(helper, "", WANT_PROGRAM, program, "");
  domain->helpers = ARRAY_ROOM(domain, domain->helpers, struct helper *, domain->n_helpers);
  domain->helpers[domain->n_helpers++] = helper;
  return helper;
}

void
helper_word(struct helper *helper, const char *word)
{
  if (word)
    append(helper, NAMES_NOTHING, talloc_strdup(helper, word));
}

void
helper_option(struct helper *helper, const char *option, const char *value)
{
  if (!value)
    return;
  helper_word(helper, option);
  helper_word(helper, value);
}

void
helper_wordf(struct helper *helper, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  append(helper, NAMES_NOTHING, talloc_vasprintf(helper, fmt, ap));
  va_end(ap);
}

void
helper_host(struct helper *helper, const char *before, enum want_kind want, const char *name, const char *after)
{
  char *word = talloc_asprintf(helper, "%s%s%s", before, name, after);
  helper_spelt(helper, want, name, word);
  talloc_free(word);
}

void
helper_spelt(struct helper *helper, enum want_kind want, const char *name, const char *word)
{
  append(helper, NAMES_HOST, talloc_strdup(helper, word));
  wants_add(helper->domain, (struct want){
                                .kind = want,
                                .value = talloc_strdup(helper, name),
                                .subject = helper->subject,
                                .of_helper = true,
                                .place = helper->place,
                            });
}

void
helper_listens(struct helper *helper, const char *before, const char *path, const char *after)
{
  helper->socket = talloc_strdup(helper, path);
  helper_host(helper, before, WANT_LISTEN, path, after);
}

void
helper_logs(struct helper *helper, const char *before, const char *path, const char *after)
{
  helper->log = talloc_strdup(helper, path);
  helper_host(helper, before, WANT_MAKE, path, after);
}

void
helper_leaves(struct helper *helper, const char *file)
{
  helper->leaves = talloc_strdup(helper, file);
}

void
helper_port(struct helper *helper, enum want_kind want, const char *address, const char *service)
{
  wants_add_port(helper->domain, want, address, service,
                 (struct want){ .subject = helper->subject, .of_helper = true, .place = helper->place });
}

void
helper_named(struct helper *helper, const char *before, enum prop_names names, const char *name)
{
  append(helper, names, talloc_asprintf(helper, "%s%s", before, name));
}

void
helper_reads_secret(struct helper *helper, const char *before, const struct secret *secret, const char *after)
{
  append(helper, NAMES_OURS, talloc_asprintf(helper, "%s%s%s", before, secret->file.path, after));
  if (!secret->fd)
    return;
  helper->fds = talloc_realloc(helper, helper->fds, int, helper->n_fds + 1);
  helper->fds[helper->n_fds++] = secret->fd;
}
