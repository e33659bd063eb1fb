/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/tpm_swtpm.c - the program behind an emulated TPM: swtpm, and swtpm_setup before it */

#include "dev/tpm.h"
#include "core/names.h"
#include "domain/runtime.h"
#include "domain/uuid.h"
#include "domain/wants.h"

static const char *const version_names[] = { [SWTPM_1_2] = "1.2", [SWTPM_2_0] = "2.0" };
static_assert(ARRAY_SIZE(version_names) == SWTPM_VERSIONS, "a version has no name");

static const char *const store_names[] = { [STORE_FILE] = "file", [STORE_DIR] = "dir" };
static_assert(ARRAY_SIZE(store_names) == SWTPM_STORES, "a store has no name");

static const char *const remove_names[] = { [REMOVE_CHECK] = "check", [REMOVE_FIPS_HOST] = "fips-host" };
static_assert(ARRAY_SIZE(remove_names) == SWTPM_REMOVES, "what to remove has no name");

static const char *const bank_names[] = {
  [BANK_SHA1] = "sha1",
  [BANK_SHA256] = "sha256",
  [BANK_SHA384] = "sha384",
  [BANK_SHA512] = "sha512",
};
static_assert(ARRAY_SIZE(bank_names) == SWTPM_BANKS, "a PCR bank has no name");

static const struct attr swtpm_attrs[] = { ATTR_ENUM("@version", struct swtpm, version, version_names),
                                           ATTR_UINT("@debug", struct swtpm, debug),
                                           ATTR_ENUM("source/@type", struct swtpm, store, store_names),
                                           ATTR_STRING("profile/@source", struct swtpm, profile),
                                           ATTR_ENUM("profile/@removeDisabled", struct swtpm, remove, remove_names),
                                           ATTR_STRING("encryption/@secret", struct swtpm, secret.uuid),
                                           ATTR_END };

static const struct attr state_attrs[] = { ATTR_STRING("source/@path", struct swtpm, state, .required = true),
                                           ATTR_END };

/* Where libvirt keeps it: a guest that comes from there finds its TPM again. */
#define STATE_ROOT "/var/lib/libvirt/swtpm"

void
swtpm_read(struct tpm *tpm, xmlNode *backend, struct diag *diag)
{
  static const char *const yes_no[] = { "no", "yes" };
  struct swtpm *swtpm = &tpm->swtpm;
  const char *subject = tpm->dev.subject;
  int keep;
  attr_read(swtpm_attrs, backend, swtpm, subject, diag);
  if (xml_child(backend, "source"))
    attr_read(state_attrs, backend, swtpm, subject, diag);
  /* what becomes of the state when the guest is undefined: nobody does that here */
  read_enum(backend, "@persistent_state", yes_no, ARRAY_SIZE(yes_no), &keep, subject, diag);
  xml_get(backend, "profile/@name", NULL); /* what libvirt noted that swtpm made of @source */
  xmlNode *banks = xml_child(backend, "active_pcr_banks");
  for (xmlNode *bank = banks ? xml_child(banks, NULL) : NULL; bank; bank = xml_next(bank, NULL)) {
    int index = name_find(bank_names, SWTPM_BANKS, (const char *)bank->name);
    if (index < 0)
      diag_error(diag, xml_place(bank, NULL), subject, "there is no PCR bank '%s'; %s", (const char *)bank->name,
                 name_remedy(tpm, bank_names, SWTPM_BANKS, (const char *)bank->name));
    else
      swtpm->banks[index] = true;
  }
  if (swtpm->secret.uuid && !uuid_parse(swtpm->secret.uuid, NULL))
    diag_error(diag, xml_place(xml_child(backend, "encryption"), swtpm->secret.uuid), subject,
               "secret '%s' is no uuid; 32 hex digits, as in 0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f", swtpm->secret.uuid);
}

void
swtpm_complete(struct tpm *tpm)
{
  struct swtpm *swtpm = &tpm->swtpm;
  struct domain *domain = tpm->dev.domain;
  if (swtpm->version == SWTPM_DEFAULT)
    swtpm->version = tpm_can_be_1_2(tpm) ? SWTPM_1_2 : SWTPM_2_0;
  if (!swtpm->state)
    swtpm->state = talloc_asprintf(tpm, STATE_ROOT "/%s/%s", domain->uuid ? domain->uuid : "",
                                   swtpm->version == SWTPM_1_2 ? "tpm1.2" : "tpm2");
  tpm->chardev = chardev_unix(tpm, runtime_path(domain, "swtpm.sock"), SOCKET_CONNECT, tpm->dev.place);
}

static bool
has_banks(const struct swtpm *swtpm)
{
  for (size_t i = 0; i < SWTPM_BANKS; i++)
    if (swtpm->banks[i])
      return true;
  return false;
}

void
swtpm_check(const struct tpm *tpm, struct diag *diag)
{
  const struct swtpm *swtpm = &tpm->swtpm;
  const struct device *dev = &tpm->dev;
  if (has_banks(swtpm) && swtpm->version != SWTPM_2_0)
    diag_error(diag, dev->place, dev->subject, "active_pcr_banks are a TPM 2.0's; write version='2.0'");
  if (swtpm->profile && swtpm->version != SWTPM_2_0)
    diag_error(diag, dev->place, dev->subject, "a profile is a TPM 2.0's; write version='2.0'");
  /* swtpm's options have no way to say a comma */
  if (strchr(swtpm->state, ','))
    diag_error(diag, dev->place, dev->subject, "state path '%s' has a comma, which swtpm cannot take", swtpm->state);
}

/* --- the programs' arguments --- */

struct words {
  struct tpm *tpm;
  char **argv;
  size_t n;
};

static struct words
words_new(struct tpm *tpm, const char *program)
{
  struct words words = { .tpm = tpm, .argv = talloc_zero_array(tpm, char *, 2), .n = 1 };
  words.argv[0] = talloc_strdup(tpm, program);
  return words;
}

/* WORD may be NULL: nothing. */
static void
add(struct words *words, const char *word)
{
  if (!word)
    return;
  words->argv = talloc_realloc(words->tpm, words->argv, char *, words->n + 2);
  words->argv[words->n++] = talloc_strdup(words->tpm, word);
  words->argv[words->n] = NULL;
}

static void
add_pair(struct words *words, const char *option, const char *value)
{
  add(words, option);
  add(words, value);
}

/* swtpm_setup's words that every call has. */
static struct words
setup_new(struct tpm *tpm, const struct secret *secret)
{
  const struct swtpm *swtpm = &tpm->swtpm;
  struct words setup = words_new(tpm, "swtpm_setup");
  const char *scheme = swtpm->store == STORE_FILE ? "file://" : "";
  add(&setup, swtpm->version == SWTPM_2_0 ? "--tpm2" : NULL);
  if (secret) {
    add_pair(&setup, "--pwdfile", secret->file.path);
    add_pair(&setup, "--cipher", "aes-256-cbc");
  }
  add_pair(&setup, "--tpm-state", talloc_asprintf(tpm, "%s%s", scheme, swtpm->state));
  add_pair(&setup, "--logfile", runtime_path(tpm->dev.domain, "swtpm.log"));
  return setup;
}

/* Makes a TPM with its keys and certificates, where there is none yet. */
static void
need_setup(struct tpm *tpm, const struct secret *secret)
{
  const struct domain *domain = tpm->dev.domain;
  const struct swtpm *swtpm = &tpm->swtpm;
  struct words setup = setup_new(tpm, secret);
  add_pair(&setup, "--vmid", talloc_asprintf(tpm, "%s:%s", domain->name, domain->uuid));
  add(&setup, "--createek");
  add(&setup, "--create-ek-cert");
  add(&setup, "--create-platform-cert");
  add(&setup, "--lock-nvram");
  add(&setup, "--not-overwrite");
  if (swtpm->profile)
    add_pair(&setup, "--profile-name", swtpm->profile);
  if (swtpm->profile && swtpm->remove != REMOVE_NOTHING)
    add_pair(&setup, "--profile-remove-disable", remove_names[swtpm->remove]);
  needs_helper(tpm->dev.domain, setup.argv);
}

static void
need_banks(struct tpm *tpm, const struct secret *secret)
{
  struct words setup = setup_new(tpm, secret);
  char *banks = talloc_strdup(tpm, "");
  for (size_t i = 0; i < SWTPM_BANKS; i++)
    if (tpm->swtpm.banks[i])
      banks = talloc_asprintf_append_buffer(banks, "%s%s", *banks ? "," : "", bank_names[i]);
  add_pair(&setup, "--pcr-banks", banks);
  add(&setup, "--reconfigure");
  needs_helper(tpm->dev.domain, setup.argv);
}

static void
need_swtpm(struct tpm *tpm, const struct secret *secret)
{
  struct words words = words_new(tpm, "swtpm");
  const struct swtpm *swtpm = &tpm->swtpm;
  const char *log = runtime_path(tpm->dev.domain, "swtpm.log");
  add(&words, "socket");
  add_pair(&words, "--ctrl", talloc_asprintf(tpm, "type=unixio,path=%s,mode=0600", tpm->chardev->path));
  add_pair(&words, "--tpmstate",
           swtpm->store == STORE_FILE ? talloc_asprintf(tpm, "backend-uri=file://%s", swtpm->state)
                                      : talloc_asprintf(tpm, "dir=%s,mode=0600", swtpm->state));
  add_pair(&words, "--log",
           swtpm->debug ? talloc_asprintf(tpm, "file=%s,level=%u", log, swtpm->debug)
                        : talloc_asprintf(tpm, "file=%s", log));
  add(&words, "--terminate");
  add(&words, swtpm->version == SWTPM_2_0 ? "--tpm2" : NULL);
  if (secret) {
    const char *key = talloc_asprintf(tpm, "pwdfile=%s,mode=aes-256-cbc", secret->file.path);
    add_pair(&words, "--key", key);
    add_pair(&words, "--migration-key", key);
  }
  needs_helper(tpm->dev.domain, words.argv);
}

static void
need_programs(struct tpm *tpm, const struct secret *secret)
{
  struct domain *domain = tpm->dev.domain;
  if (tpm->swtpm.store != STORE_FILE)
    needs_host(domain, (struct host_need){ .what = "directory",
                                           .value = tpm->swtpm.state,
                                           .subject = tpm->dev.subject,
                                           .place = tpm->dev.place });
  need_setup(tpm, secret);
  if (has_banks(&tpm->swtpm))
    need_banks(tpm, secret);
  need_swtpm(tpm, secret);
}

/* swtpm knows no base64, in which libvirt keeps secrets. What we start gets the value itself. */
static void
secret_found(const struct secret *secret, struct stage *stage)
{
  if (str_eq(secret->file.format, "base64"))
    diag_warning(stage->diag, secret->want.place, secret->want.subject,
                 "swtpm reads its key as it is, and %s is base64; name a raw file with --secret %s=file:PATH",
                 secret->file.path, secret->want.uuid);
  need_programs((struct tpm *)secret->dev, secret);
}

void
swtpm_resolve(struct tpm *tpm)
{
  struct secret_want want = tpm->swtpm.secret;
  if (!want.uuid) {
    need_programs(tpm, NULL);
    return;
  }
  want.kind = SECRET_USAGE_VTPM;
  want.binary = true;
  want.place = tpm->dev.place;
  want.subject = tpm->dev.subject;
  struct secret *secret = secret_add(tpm->dev.domain, talloc_asprintf(tpm, "%s-secret0", tpm->dev.id), want);
  secret->dev = &tpm->dev;
  secret->found = secret_found;
}
