/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev/tpm.h - a TPM as its two files know it */

/* dev/tpm.c is the device; dev/tpm_swtpm.c the program behind an emulated one. Nobody else. */

#ifndef DEV_TPM_H
#define DEV_TPM_H

#include "chardev/chardev.h"
#include "domain/secrets.h"

enum tpm_model { TPM_DEFAULT, TPM_TIS, TPM_CRB, TPM_SPAPR, TPM_SPAPR_PROXY, TPM_MODELS };
enum tpm_backend { TPM_NONE, TPM_PASSTHROUGH, TPM_EMULATOR, TPM_EXTERNAL, TPM_BACKENDS };

enum swtpm_version { SWTPM_DEFAULT, SWTPM_1_2, SWTPM_2_0, SWTPM_VERSIONS };
enum swtpm_store { STORE_DEFAULT, STORE_FILE, STORE_DIR, SWTPM_STORES };
enum swtpm_remove { REMOVE_NOTHING, REMOVE_CHECK, REMOVE_FIPS_HOST, SWTPM_REMOVES };
enum swtpm_bank { BANK_SHA1, BANK_SHA256, BANK_SHA384, BANK_SHA512, SWTPM_BANKS };

struct swtpm {
  enum swtpm_version version;
  uint32_t debug; /* level of its log; 0: none given */
  enum swtpm_store store;
  const char *state;       /* the folder or file that remembers the TPM */
  bool banks[SWTPM_BANKS]; /* the PCR banks that work; none: swtpm's own choice */
  const char *profile;     /* NULL: swtpm's own choice */
  enum swtpm_remove remove;
  struct secret_want secret; /* of the state's encryption; uuid NULL: none */
};

struct tpm {
  struct device dev;
  enum tpm_model model;
  enum tpm_backend backend;
  const char *path;        /* PASSTHROUGH: the host's device */
  const char *cancel;      /* where QEMU tells the host to give up a command */
  struct chardev *chardev; /* EMULATOR, EXTERNAL */
  struct swtpm swtpm;      /* EMULATOR */
};

/* Only one model on one architecture ever had a TPM 1.2; there it is the default. */
bool tpm_can_be_1_2(const struct tpm *tpm);

/* The hooks of an emulated TPM, called by those of the device. BACKEND: its <backend>. */
extern const struct attr swtpm_attrs[];
void swtpm_read(struct tpm *tpm, xmlNode *backend, struct diag *diag);
void swtpm_complete(struct tpm *tpm);
void swtpm_check(const struct tpm *tpm, struct diag *diag);
void swtpm_resolve(struct tpm *tpm);

#endif
