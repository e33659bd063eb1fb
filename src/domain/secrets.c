/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/secrets.c - secrets by reference: read, resolved to a file, made an object */

#include "domain/secrets.h"
#include "core/options.h"
#include "core/uuid.h"

struct secret *
secret_add(struct domain *domain, const char *id, struct secret_want want)
{
  struct secret *secret = talloc_zero(domain, struct secret);
  secret->id = talloc_strdup(secret, id);
  secret->want = want;
  domain->secrets = ARRAY_ROOM(domain, domain->secrets, struct secret *, domain->n_secrets);
  domain->secrets[domain->n_secrets++] = secret;
  return secret;
}

struct given {
  const char *type, *uuid, *usage;
};

static const struct attr without_usage[] = { ATTR_NEEDED("@uuid"), ATTR_END };
static const struct attr with_usage[] = { ATTR_NEVER("@uuid"), ATTR_END };

const struct attr secret_attrs[] = {
  ATTR_STRING("@uuid", struct given, uuid, .empty_ok = true, .pattern = UUID_PATTERN, .required_where = "without usage",
              .dflt = "none", .doc = "The secret by its id."),
  ATTR_STRING("@usage", struct given, usage, .empty_ok = true, .pattern = "[\\s\\S]+", .required_where = "without uuid",
              .dflt = "none", .doc = "The secret by what it is used for."),
  ATTR_IF("@usage", NULL, without_usage), ATTR_IF("@usage", ATTR_ANY_WORD, with_usage), ATTR_END
};

const struct attr passphrase_attrs[] = {
  ATTR_STRING("@type", struct given, type, .required = true, .pattern = "passphrase",
              .missing = "secret without type; write <secret type='passphrase' .../>",
              .doc = "What kind of secret it is: passphrase."),
  ATTR_TABLE(secret_attrs), ATTR_END
};

bool
secret_read(xmlNode *node, enum secret_usage kind, struct secret_want *want, const char *subject, struct diag *diag)
{
  struct given read = { 0 };
  bool passphrase = kind == SECRET_USAGE_VOLUME;
  bool fine = attr_read(passphrase ? passphrase_attrs : secret_attrs, node, &read, subject, diag);
  const char *given = read.type, *uuid = read.uuid, *usage = read.usage;
  struct place place = xml_place(node, NULL);
  *want = (struct secret_want){ .uuid = uuid, .usage = usage, .kind = kind, .place = place, .subject = subject };
  if (!fine)
    return false;
  if (passphrase && strcmp(given, "passphrase") != 0) {
    diag_error(diag, xml_place(node, given), subject, "secret type '%s' does not fit here; it must be 'passphrase'",
               given);
    return false;
  }
  if (uuid && usage) {
    diag_error(diag, place, subject, "secret has both uuid and usage; keep the one that names it");
    return false;
  }
  if (!uuid && (!usage || !*usage)) {
    diag_error(diag, place, subject, "secret is not named; give it uuid='...' or usage='...'");
    return false;
  }
  if (uuid && !uuid_parse(uuid, NULL)) {
    diag_error(diag, xml_place(node, uuid), subject,
               "secret uuid '%s' is malformed; 32 hex digits, as in 0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f", uuid);
    return false;
  }
  return true;
}

void
secret_build(const struct secret *secret, struct argv *argv)
{
  struct props *p = argv_object(argv, PHASE_DEVICE, "secret", secret->id);
  props_ours(p, "file", secret->file.path ? secret->file.path : "");
  if (str_eq(secret->file.format, "base64"))
    props_str(p, "format", "base64");
}

/* A graph has no files of secrets in it, --check --offline judges for any host, and what runs was given a
 * descriptor, which --diff sets aside. */
static bool
any_source_will_do(const struct options *options)
{
  return options_draws(options) || options_blind(options) || (options->mode == MODE_DIFF && options->pid);
}

static bool
leave_out(const struct secret *secret, const struct secret_book *book, struct stage *stage)
{
  const struct secret_want *want = &secret->want;
  if (secret->without == SECRET_LOOKED_UP || secret_named(book, want))
    return false;
  if (secret->without == SECRET_LEFT_OUT)
    return true;
  /* a printed command cannot hold the value that the XML has */
  if (options_judges(stage->options) || any_source_will_do(stage->options))
    return false;
  if (options_script(stage->options)) {
    diag_error(stage->diag, want->place, want->subject,
               "a script cannot hold the password, which anybody who reads it would see; name a file with "
               "--secret 'usage:%s=file:PATH', or use --run",
               want->usage);
    return true;
  }
  diag_warning(stage->diag, want->place, want->subject,
               "the password is not part of the invocation, where anybody could read it; use --exec, "
               "name a file with --secret 'usage:%s=file:PATH', or set it over QMP (set_password) once the guest runs",
               want->usage);
  return true;
}

/* Of a source that is no file, where a command is printed or told of. */
static const char *
without_file(const struct options *options)
{
  if (options_script(options))
    return "a script cannot carry; use --run, or file:PATH";
  if (options->mode == MODE_EXPLAIN)
    return "the printed command that --explain tells of cannot carry; write file:PATH, or leave this --secret out";
  if (options->mode == MODE_DIFF)
    return "the printed commands that --diff compares cannot carry; write file:PATH, or leave this --secret out";
  return "a printed command cannot carry; use --exec or --run, or file:PATH";
}

/* As one that a start would give. */
static const struct secret_file some_descriptor = { "/dev/fd/0", "raw" };

static void
resolve(struct secret *secret, struct secret_book *book, struct stage *stage)
{
  if (leave_out(secret, book, stage))
    return;
  if (any_source_will_do(stage->options)) {
    secret_suppose(book, stage->host, &secret->want, stage->diag);
    secret->file = some_descriptor;
  } else if (options_launch(stage->options)) {
    secret->fd = secret_open(book, stage->host, &secret->want, &secret->file, stage->diag);
  } else if (!options_starts(stage->options)) {
    secret_locate(book, stage->host, &secret->want, &secret->file, without_file(stage->options), stage->diag);
  } else if (secret_check(book, stage->host, &secret->want, stage->diag)) {
    secret->file = some_descriptor;
  }
}

void
secrets_resolve(struct domain *domain, struct secret_book *book, struct stage *stage)
{
  for (size_t i = 0; i < domain->n_secrets; i++) {
    struct secret *secret = domain->secrets[i];
    resolve(secret, book, stage);
    /* a refused domain is not asked for more */
    bool sound = diag_errors(stage->diag) == diag_host_errors(stage->diag);
    if (secret->found && secret->file.path && sound)
      secret->found(secret, stage);
  }
  if (!stage->options->several) /* it may be for another one */
    secret_book_unused(book, stage->diag);
}
