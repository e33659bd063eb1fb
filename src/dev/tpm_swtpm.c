/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/tpm_swtpm.c - the program behind an emulated TPM: swtpm, and swtpm_setup before it */

#include "dev/tpm.h"
#include "core/names.h"
#include "core/options.h"
#include "core/uuid.h"
#include "domain/helper.h"
#include "domain/runtime.h"

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

static const struct attr state_attrs[] = { ATTR_STRING("source/@path", struct swtpm, state, .required = true,
                                                       .doc = "Where the emulated TPM keeps its state."),
                                           ATTR_END };

const struct attr swtpm_attrs[] = {
  ATTR_SEE(".", state_attrs),
  ATTR_ENUM("@version", struct swtpm, version, version_names, .dflt = "1.2 of tpm-tis on x86, 2.0 of others",
            .doc = "Which version of TPM is emulated."),
  ATTR_UINT("@debug", struct swtpm, debug, .dflt = "swtpm's", .doc = "How much the emulator writes into its log."),
  ATTR_ENUM("source/@type", struct swtpm, store, store_names, .dflt = "dir",
            .doc = "Whether the state is a file or a folder."),
  ATTR_STRING("profile/@source", struct swtpm, profile, .dflt = "swtpm's",
              .doc = "The profile of algorithms that a new TPM is made with."),
  ATTR_ENUM("profile/@removeDisabled", struct swtpm, remove, remove_names, .dflt = "none",
            .doc = "Which algorithms that the host forbids are left out of the profile."),
  ATTR_STRING("encryption/@secret", struct swtpm, secret.uuid, .dflt = "none: it is not encrypted",
              .doc = "The secret that encrypts the state."),
  /* says what becomes of the state when the guest is undefined, which is not done here */
  ATTR_YESNO_ONLY("@persistent_state", .dflt = "no",
                  .doc = "Whether the state stays when a manager forgets the guest."),
  ATTR_QUIET("profile/@name", .doc = "What swtpm made of the profile, as libvirt notes; it has no "
                                     "effect."),
  ATTR_PRESENT("active_pcr_banks/sha1", struct swtpm, banks[BANK_SHA1], .dflt = "swtpm's",
               .doc = "The bank of SHA-1 is measured into."),
  ATTR_PRESENT("active_pcr_banks/sha256", struct swtpm, banks[BANK_SHA256], .dflt = "swtpm's",
               .doc = "The bank of SHA-256 is measured into."),
  ATTR_PRESENT("active_pcr_banks/sha384", struct swtpm, banks[BANK_SHA384], .dflt = "swtpm's",
               .doc = "The bank of SHA-384 is measured into."),
  ATTR_PRESENT("active_pcr_banks/sha512", struct swtpm, banks[BANK_SHA512], .dflt = "swtpm's",
               .doc = "The bank of SHA-512 is measured into."),
  ATTR_END
};

void
swtpm_read(struct tpm *tpm, xmlNode *backend, struct diag *diag)
{
  struct swtpm *swtpm = &tpm->swtpm;
  const char *subject = tpm->dev.subject;
  attr_read(swtpm_attrs, backend, swtpm, subject, diag);
  if (xml_child(backend, "source"))
    attr_read(state_attrs, backend, swtpm, subject, diag);
  xmlNode *banks = xml_child(backend, "active_pcr_banks");
  for (xmlNode *bank = banks ? xml_child(banks, NULL) : NULL; bank; bank = xml_next(bank, NULL))
    if (name_find(bank_names, SWTPM_BANKS, (const char *)bank->name) < 0)
      diag_error(diag, xml_place(bank, NULL), subject, "there is no PCR bank '%s'; %s", (const char *)bank->name,
                 name_remedy(tpm, bank_names, SWTPM_BANKS, (const char *)bank->name));
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
    swtpm->state = kept_path(domain, KEPT_TPM,
                             talloc_asprintf(tpm, "%s/%s", domain->uuid ? domain->uuid : "",
                                             swtpm->version == SWTPM_1_2 ? "tpm1.2" : "tpm2"));
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

/* swtpm_setup's words that every call has. */
static struct helper *
setup_new(struct tpm *tpm, const struct secret *secret)
{
  const struct swtpm *swtpm = &tpm->swtpm;
  struct helper *setup = helper_new(tpm->dev.domain, "swtpm_setup", tpm->dev.subject, tpm->dev.place);
  helper_word(setup, swtpm->version == SWTPM_2_0 ? "--tpm2" : NULL);
  if (secret) {
    helper_word(setup, "--pwdfile");
    helper_reads_secret(setup, "", secret, "");
    helper_option(setup, "--cipher", "aes-256-cbc");
  }
  helper_word(setup, "--tpm-state");
  if (swtpm->store == STORE_FILE)
    helper_host(setup, "file://", WANT_MAKE, swtpm->state, "");
  else
    helper_host(setup, "", WANT_FOLDER, swtpm->state, "");
  helper_word(setup, "--logfile");
  helper_logs(setup, "", runtime_path(tpm->dev.domain, "swtpm.log"), "");
  return setup;
}

/* The certificates' authority of the host is root's: a user gets one of their own, once. */
static void
need_authority(struct tpm *tpm)
{
  struct helper *helper = helper_new(tpm->dev.domain, "swtpm_setup", tpm->dev.subject, tpm->dev.place);
  helper->of_user = true;
  helper_option(helper, "--create-config-files", "skip-if-exist");
}

/* Makes a TPM with its keys and certificates, where there is none yet. */
static void
need_setup(struct tpm *tpm, const struct secret *secret)
{
  const struct domain *domain = tpm->dev.domain;
  const struct swtpm *swtpm = &tpm->swtpm;
  if (domain->session && swtpm->version == SWTPM_2_0)
    need_authority(tpm);
  struct helper *setup = setup_new(tpm, secret);
  helper_word(setup, "--vmid");
  helper_named(setup, "", NAMES_GUEST, talloc_asprintf(setup, "%s:%s", domain->name, domain->uuid));
  helper_word(setup, "--createek");
  helper_word(setup, "--create-ek-cert");
  helper_word(setup, "--create-platform-cert");
  helper_word(setup, "--lock-nvram");
  helper_word(setup, "--not-overwrite");
  helper_option(setup, "--profile-name", swtpm->profile);
  if (swtpm->profile && swtpm->remove != REMOVE_NOTHING)
    helper_option(setup, "--profile-remove-disable", remove_names[swtpm->remove]);
}

static void
need_banks(struct tpm *tpm, const struct secret *secret)
{
  struct helper *setup = setup_new(tpm, secret);
  char *banks = talloc_strdup(tpm, "");
  for (size_t i = 0; i < SWTPM_BANKS; i++)
    if (tpm->swtpm.banks[i])
      banks = talloc_asprintf_append_buffer(banks, "%s%s", *banks ? "," : "", bank_names[i]);
  helper_option(setup, "--pcr-banks", banks);
  helper_word(setup, "--reconfigure");
}

static void
need_swtpm(struct tpm *tpm, const struct secret *secret)
{
  const struct swtpm *swtpm = &tpm->swtpm;
  struct helper *helper = helper_new(tpm->dev.domain, "swtpm", tpm->dev.subject, tpm->dev.place);
  const char *level = swtpm->debug ? talloc_asprintf(tpm, ",level=%u", swtpm->debug) : "";
  helper_word(helper, "socket");
  helper_word(helper, "--ctrl");
  helper_listens(helper, "type=unixio,path=", tpm->chardev->path, ",mode=0600");
  helper_word(helper, "--tpmstate");
  if (swtpm->store == STORE_FILE)
    helper_host(helper, "backend-uri=file://", WANT_MAKE, swtpm->state, "");
  else
    helper_host(helper, "dir=", WANT_FOLDER, swtpm->state, ",mode=0600");
  helper_word(helper, "--log");
  helper_logs(helper, "file=", runtime_path(tpm->dev.domain, "swtpm.log"), level);
  helper_word(helper, "--terminate");
  helper_word(helper, swtpm->version == SWTPM_2_0 ? "--tpm2" : NULL);
  if (!secret)
    return;
  helper_word(helper, "--key");
  helper_reads_secret(helper, "pwdfile=", secret, ",mode=aes-256-cbc");
  helper_word(helper, "--migration-key");
  helper_reads_secret(helper, "pwdfile=", secret, ",mode=aes-256-cbc");
}

static void
need_programs(struct tpm *tpm, const struct secret *secret)
{
  need_setup(tpm, secret);
  if (has_banks(&tpm->swtpm))
    need_banks(tpm, secret);
  need_swtpm(tpm, secret);
}

/* swtpm knows no base64, in which libvirt keeps secrets. What we start gets the value itself. */
static void
secret_found(const struct secret *secret, struct stage *stage)
{
  if (str_eq(secret->file.format, "base64") && options_script(stage->options))
    diag_error(stage->diag, secret->want.place, secret->want.subject,
               "swtpm reads its key as it is, and %s is base64, which a script cannot decode into memory; name a raw "
               "file with --secret %s=file:PATH, or use --run",
               secret->file.path, secret->want.uuid);
  else if (str_eq(secret->file.format, "base64"))
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
