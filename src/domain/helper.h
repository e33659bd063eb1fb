/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/helper.h - a program that must run before QEMU: swtpm, virtiofsd, passt, ... */

/* The slice that knows the program fills this, each word by what it is, so that nobody has to read
 * words back: launch/helper.h starts it, out/ tells it, --check sees to what its words name. */

#ifndef DOMAIN_HELPER_H
#define DOMAIN_HELPER_H

#include "domain/secrets.h"
#include "domain/wants.h"

struct helper {
  struct domain *domain;
  char **argv;            /* NULL ends; argv[0] is a path, or looked up in PATH */
  enum prop_names *names; /* what each word names */
  size_t n;
  const char *socket; /* that it will listen on, a sign that it is ready; NULL: a step, ready when it has ended */
  const char *leaves; /* a file that it makes beside that and does not remove; NULL: none */
  const char *log;    /* where it says what went wrong; NULL: on standard error */
  bool of_user;       /* root has no need of it */
  int *fds;           /* descriptors of ours that it inherits: secrets */
  size_t n_fds;
  const char *subject; /* the device that needs it */
  struct place place;
};

/* A new one of DOMAIN, started after those before it. */
struct helper *helper_new(struct domain *domain, const char *program, const char *subject, struct place place);

/* Each appends a word that names nothing: an option, a number. */
void helper_word(struct helper *helper, const char *word);                        /* NULL: nothing */
void helper_option(struct helper *helper, const char *option, const char *value); /* two words; VALUE NULL: nothing */
void helper_wordf(struct helper *helper, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* BEFORE, NAME and AFTER in one word; NAME is one of the host, which becomes a want of the domain. */
void helper_host(struct helper *helper, const char *before, enum want_kind want, const char *name, const char *after);
/* The same where WORD has NAME spelt otherwise: escaped. */
void helper_spelt(struct helper *helper, enum want_kind want, const char *name, const char *word);
/* The same for its socket, and its log. */
void helper_listens(struct helper *helper, const char *before, const char *path, const char *after);
void helper_logs(struct helper *helper, const char *before, const char *path, const char *after);
/* It makes FILE, and leaves it when it ends. */
void helper_leaves(struct helper *helper, const char *file);
/* Its words before this make it use SERVICE (NULL: none) of ADDRESS (NULL: every one) as WANT says. */
void helper_port(struct helper *helper, enum want_kind want, const char *address, const char *service);
/* A name of the guest's or of another machine's. */
void helper_named(struct helper *helper, const char *before, enum prop_names names, const char *name);
/* The file or descriptor that a secret is in. */
void helper_reads_secret(struct helper *helper, const char *before, const struct secret *secret, const char *after);

#endif
