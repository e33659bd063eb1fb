/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domain/security.h - <launchSecurity>, <keywrap>: filled by vm/security.c */

#ifndef DOMAIN_SECURITY_H
#define DOMAIN_SECURITY_H

#include "core/xml.h"

enum security_type { SECURITY_NONE, SECURITY_SEV, SECURITY_SEV_SNP, SECURITY_S390_PV, SECURITY_TDX, SECURITY_TYPES };

/* SEV's policy bit for encrypted register state. */
#define SEV_POLICY_ES UINT64_C(4)

struct security {
  enum security_type type;
  xmlNode *node;
  struct num cbitpos, reduced_phys_bits; /* SEV, SEV-SNP */
  struct num policy;
  enum tristate kernel_hashes;
  const char *dh_cert, *session;                            /* SEV: base64 */
  const char *dh_cert_file, *session_file;                  /* where QEMU shall read them */
  const char *workarounds, *id_block, *id_auth, *host_data; /* SEV-SNP: base64 */
  enum tristate author_key, vcek;
  const char *mr_config_id, *mr_owner, *mr_owner_config; /* TDX: base64 */
  bool quotes;                                           /* TDX: a quote generation service */
  const char *quote_socket;                              /* its socket; NULL: where it usually is */
  enum tristate aes_wrap, dea_wrap;                      /* <keywrap>, s390x */
};

#endif
