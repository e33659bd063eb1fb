/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/secret.c - which source a secret has: --secret options first, then libvirt's own store */

#include "host/secret.h"

#include "core/xml.h"
#include "core/uuid.h"
#include "host/secret_source.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define STORE "/etc/libvirt/secrets"

struct option {
  const char *uuid; /* 32 hexadecimal digits, lower case; NULL: by usage */
  const char *usage;
  struct secret_source source;
  bool used;
};

struct opened {
  const char *key; /* UUID digits, or kind and usage */
  int fd;
};

struct secret_book {
  struct option *options;
  size_t n_options;
  struct opened *opened;
  int *fds; /* of OPENED, in the same order */
  size_t n_opened;
};

/* Where libvirt's definition keeps the name that a usage is looked up by. */
static const struct {
  const char *type, *name;
} usages[] = {
  [SECRET_USAGE_VOLUME] = { "volume", "usage/volume" }, [SECRET_USAGE_ISCSI] = { "iscsi", "usage/target" },
  [SECRET_USAGE_CEPH] = { "ceph", "usage/name" },       [SECRET_USAGE_TLS] = { "tls", "usage/name" },
  [SECRET_USAGE_VTPM] = { "vtpm", "usage/name" },
};
static_assert(ARRAY_SIZE(usages) == SECRET_USAGES, "a usage has no element");

static int
book_close(struct secret_book *book)
{
  for (size_t i = 0; i < book->n_opened; i++)
    close(book->fds[i]);
  return 0;
}

struct secret_book *
secret_book_new(TALLOC_CTX *ctx)
{
  struct secret_book *book = talloc_zero(ctx, struct secret_book);
  talloc_set_destructor(book, book_close);
  return book;
}

/* A UUID's 32 digits in lower case without dashes; NULL: TEXT is none. */
static char *
uuid_digits(TALLOC_CTX *ctx, const char *text)
{
  char *digits = talloc_zero_array(ctx, char, 33);
  size_t n = 0;
  for (; *text; text++) {
    if (*text == '-')
      continue;
    if (n == 32 || !isxdigit((unsigned char)*text))
      return NULL;
    digits[n++] = (char)tolower((unsigned char)*text);
  }
  return n == 32 ? digits : NULL;
}

static char *
dashed(TALLOC_CTX *ctx, const char *digits)
{
  return talloc_asprintf(ctx, "%.8s-%.4s-%.4s-%.4s-%.12s", digits, digits + 8, digits + 12, digits + 16, digits + 20);
}

/* --- options --- */

/* "usage:NAME=SOURCE": NAME may hold '=', so the cut is before the last "=SOURCE:" we know. */
static const char *
cut(const char *option)
{
  static const char *const marks[] = { "=file:", "=base64:", "=fd:", "=cred:", "=keyring:" };
  const char *first = NULL;
  for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
    const char *found = strstr(option, marks[i]);

    if (found && (!first || found < first))
      first = found;
  }
  return first ? first : strchr(option, '=');
}

const char *
secret_book_add(struct secret_book *book, const char *text)
{
  const char *equals = cut(text), *wrong;
  struct option option = { 0 };
  char *name;
  if (!equals)
    return "no '='; write UUID=SOURCE or usage:NAME=SOURCE";
  name = talloc_strndup(book, text, (size_t)(equals - text));
  if (str_starts(name, "usage:"))
    option.usage = name + strlen("usage:");
  else
    option.uuid = uuid_digits(book, name);
  if (!option.uuid && !(option.usage && *option.usage))
    return "neither a UUID nor usage:NAME before '='";
  wrong = secret_source_parse(book, equals + 1, &option.source);
  if (wrong)
    return wrong;
  for (size_t i = 0; i < book->n_options; i++) {
    if (str_eq(book->options[i].uuid, option.uuid) || str_eq(book->options[i].usage, option.usage))
      return talloc_asprintf(book, "'%s' has a source already; name each secret once", name);
  }
  book->options = talloc_realloc(book, book->options, struct option, book->n_options + 1);
  book->options[book->n_options++] = option;
  return NULL;
}

void
secret_book_unused(const struct secret_book *book, struct diag *diag)
{
  for (size_t i = 0; i < book->n_options; i++) {
    const struct option *option = &book->options[i];

    if (!option->used)
      diag_warning(diag, (struct place){ 0 }, NULL, "--secret %s%s: the domain refers to no such secret",
                   option->uuid ? "" : "usage:", option->uuid ? dashed(book->options, option->uuid) : option->usage);
  }
}

/* --- libvirt's store --- */

/* One definition; its own errors are not the domain's, so they stay unsaid. */
static char *
definition_uuid(TALLOC_CTX *ctx, const struct host *host, const char *path, const struct secret_want *want,
                bool *ephemeral)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  size_t length;
  char *text = host_read(scratch, host, path, MIB(1), &length), *digits = NULL;
  xmlNode *root = text ? xml_read_memory(scratch, path, text, length, diag_new(scratch)) : NULL;
  if (root && str_eq(xml_get(root, "usage/@type", NULL), usages[want->kind].type)) {
    xmlNode *usage = xml_child(root, "usage");
    const char *slash = strchr(usages[want->kind].name, '/');
    xmlNode *name = xml_child(usage, slash + 1), *uuid = xml_child(root, "uuid");

    if (name && uuid && str_eq(xml_text(name), want->usage)) {
      digits = uuid_digits(ctx, xml_text(uuid));
      *ephemeral = str_eq(xml_attr(root, "ephemeral"), "yes");
    }
  }
  talloc_free(scratch);
  return digits;
}

/* The UUID that libvirt's definitions give to a usage; NULL: none does, *WHY tells. */
static char *
find_usage(TALLOC_CTX *ctx, const struct host *host, const struct secret_want *want, const char **why)
{
  *why = host_is_offline(host) ? "--offline forbids to look it up in libvirt's definitions" : NULL;
  char **names = *why ? NULL : host_list(ctx, host, STORE);
  bool ephemeral = false;

  if (!*why && !names)
    *why = talloc_asprintf(ctx, "cannot look it up in %s: %s", host_shown(ctx, host, STORE), strerror(errno));
  for (size_t i = 0; names && names[i]; i++) {
    const char *dot = strrchr(names[i], '.');
    char *path = talloc_asprintf(ctx, STORE "/%s", names[i]);
    char *digits = dot && str_eq(dot, ".xml") ? definition_uuid(ctx, host, path, want, &ephemeral) : NULL;

    if (digits && !ephemeral)
      return digits;
    if (digits)
      *why = "libvirt keeps it in memory only (ephemeral='yes')";
  }
  if (!*why)
    *why = talloc_asprintf(ctx, "no definition in %s has this %s usage", host_shown(ctx, host, STORE),
                           usages[want->kind].type);
  return NULL;
}

/* A UUID made from a usage that no definition has, or of a value that has no other name than ours: the
 * printed command refers to its place in the store, and we say that nobody put it there. */
static char *
make_usage(TALLOC_CTX *ctx, const struct secret_want *want)
{
  uint8_t bytes[16];
  uuid_from_text(talloc_asprintf(ctx, "%s/%s", usages[want->kind].type, want->usage), bytes);
  return uuid_digits(ctx, uuid_text(ctx, bytes));
}

/* --- look-up --- */

static struct option *
find_option(const struct secret_book *book, const char *digits, const char *usage)
{
  for (size_t i = 0; i < book->n_options; i++) {
    struct option *option = &book->options[i];

    if ((digits && str_eq(option->uuid, digits)) || (usage && str_eq(option->usage, usage)))
      return option;
  }
  return NULL;
}

/* systemd.exec(5): the folder of a service's credentials is named by the environment. */
static bool
resolve_credential(struct secret_book *book, struct secret_source *source, const struct secret_want *want,
                   struct diag *diag)
{
  const char *folder = getenv("CREDENTIALS_DIRECTORY");
  if (source->from != SECRET_CREDENTIAL || source->path)
    return true;
  if (!folder || !*folder) {
    diag_host(diag, want->place, want->subject,
              "%s: credential %s: CREDENTIALS_DIRECTORY is not set; run under systemd with LoadCredential=%s:PATH",
              secret_want_name(book, want), source->name, source->name);
    return false;
  }
  source->path = talloc_asprintf(book, "%s/%s", folder, source->name);
  return true;
}

static void
say_usage_unknown(const struct host *host, const struct secret_want *want, const char *why, const char *path,
                  bool print, struct diag *diag)
{
  char *shown = host_shown(NULL, host, path);
  if (want->value)
    diag_warning(diag, want->place, want->subject,
                 "secret '%s' stands in the XML, and an argument is for all to see: put it, in base64, into %s, "
                 "name its source with --secret 'usage:%s=file:PATH', or use --exec, which passes it in memory",
                 want->usage, shown, want->usage);
  else if (print)
    diag_warning(diag, want->place, want->subject,
                 "secret with usage '%s': %s; name its source with --secret 'usage:%s=file:PATH', or put it, in "
                 "base64, into %s",
                 want->usage, why, want->usage, shown);
  else
    diag_host(diag, want->place, want->subject,
              "secret with usage '%s': %s; name its source with --secret 'usage:%s=file:PATH'", want->usage, why,
              want->usage);
  talloc_free(shown);
}

/* What a source is looked for. */
enum purpose {
  TO_READ,
  TO_PRINT, /* a place where nobody put a secret yet will do */
  TO_SHOW,  /* any will do */
};

/* The source, and the key under which an opened value is kept. False after an error. */
static bool
find_source(struct secret_book *book, const struct host *host, const struct secret_want *want, enum purpose purpose,
            struct secret_source *source, const char **key, struct diag *diag)
{
  char *digits = want->uuid ? uuid_digits(book, want->uuid) : NULL;
  struct option *option = find_option(book, digits, want->uuid ? NULL : want->usage);
  const char *why = NULL;
  if (!option && !digits) {
    digits = want->value ? NULL : find_usage(book, host, want, &why);
    option = digits ? find_option(book, digits, NULL) : NULL;
  }
  bool made = !option && !digits;
  if (made)
    digits = make_usage(book, want);
  *key = option && option->usage ? talloc_asprintf(book, "usage:%s", option->usage) : digits;
  if (option) {
    option->used = true;
    *source = option->source;
    return purpose == TO_SHOW || resolve_credential(book, source, want, diag);
  }
  *source = (struct secret_source){ .from = SECRET_BASE64, .of_host = true };
  source->path = talloc_asprintf(book, STORE "/%s.base64", dashed(book, digits));
  if (made && purpose != TO_SHOW)
    say_usage_unknown(host, want, why, source->path, purpose == TO_PRINT, diag);
  return !made || purpose != TO_READ;
}

bool
secret_named(const struct secret_book *book, const struct secret_want *want)
{
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *digits = want->uuid ? uuid_digits(scratch, want->uuid) : NULL;
  bool named = find_option(book, digits, want->uuid ? NULL : want->usage) != NULL;
  talloc_free(scratch);
  return named;
}

bool
secret_locate(struct secret_book *book, const struct host *host, const struct secret_want *want,
              struct secret_file *file, const char *without_file, struct diag *diag)
{
  struct secret_source source;
  const char *key;
  if (!find_source(book, host, want, TO_PRINT, &source, &key, diag))
    return false;
  if (!source.path) {
    diag_error(diag, want->place, want->subject, "%s comes from %s, which %s", secret_want_name(book, want),
               secret_source_name(book, host, &source), without_file);
    return false;
  }
  file->path = source.path;
  file->format = source.from == SECRET_BASE64 ? "base64" : "raw";
  return true;
}

void
secret_suppose(struct secret_book *book, const struct host *host, const struct secret_want *want, struct diag *diag)
{
  struct secret_source source;
  const char *key;
  find_source(book, host, want, TO_SHOW, &source, &key, diag);
}

/* --- values --- */

static int
keep(struct secret_book *book, const char *key, int fd)
{
  book->opened = talloc_realloc(book, book->opened, struct opened, book->n_opened + 1);
  book->fds = talloc_realloc(book, book->fds, int, book->n_opened + 1);
  book->opened[book->n_opened] = (struct opened){ .key = key, .fd = fd };
  book->fds[book->n_opened++] = fd;
  return fd;
}

/* QEMU's /dev/fdset does not work for secrets: crypto/secret.c reads the path with GLib. */
static int
give(struct secret_book *book, int fd, struct secret_file *file)
{
  file->path = talloc_asprintf(book, "/dev/fd/%d", fd);
  file->format = "raw";
  return fd;
}

/* The value that the XML itself has, unless an option says otherwise. */
static struct secret_value *
known_value(const struct secret_book *book, const struct secret_want *want)
{
  if (!want->value || find_option(book, NULL, want->usage))
    return NULL;
  struct secret_value *value = secret_value_new(NULL, strlen(want->value) + 1);
  if (value) {
    value->length = strlen(want->value);
    memcpy(value->bytes, want->value, value->length);
  }
  return value;
}

int
secret_open(struct secret_book *book, const struct host *host, const struct secret_want *want, struct secret_file *file,
            struct diag *diag)
{
  struct secret_source source;
  struct secret_value *value = known_value(book, want);
  const char *key = want->usage;
  int fd;
  if (!value && !find_source(book, host, want, TO_READ, &source, &key, diag))
    return -1;
  for (size_t i = 0; !value && i < book->n_opened; i++) {
    if (str_eq(book->opened[i].key, key))
      return give(book, book->opened[i].fd, file);
  }
  if (!value)
    value = secret_source_read(book, host, &source, want, diag);
  if (!value)
    return -1;
  fd = secret_value_seal(value);
  if (fd < 0)
    diag_host(diag, want->place, want->subject, "%s: cannot make a sealed memory file: %s",
              secret_want_name(book, want), strerror(errno));
  talloc_free(value);
  return fd < 0 ? -1 : give(book, keep(book, key, fd), file);
}

bool
secret_check(struct secret_book *book, const struct host *host, const struct secret_want *want, struct diag *diag)
{
  struct secret_source source;
  struct secret_value *value;
  const char *key;
  if (want->value && !find_option(book, NULL, want->usage))
    return true;
  if (!find_source(book, host, want, TO_READ, &source, &key, diag))
    return false;
  if (source.from == SECRET_FD) {
    if (fcntl((int)source.number, F_GETFD) >= 0)
      return true;
    diag_host(diag, want->place, want->subject, "%s: descriptor %ld is not open; open it before, as in %ld<FILE",
              secret_want_name(book, want), source.number, source.number);
    return false;
  }
  value = secret_source_read(book, host, &source, want, diag);
  talloc_free(value);
  return value != NULL;
}
