/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm/security.c - <launchSecurity>, <keywrap>: guests whose memory or keys the host cannot read */

#include "domain/kinds.h"
#include "core/options.h"
#include "domain/runtime.h"
#include "domain/wants.h"

#include <json-c/json.h>

static const char *const security_names[] = {
  [SECURITY_SEV] = "sev",
  [SECURITY_SEV_SNP] = "sev-snp",
  [SECURITY_S390_PV] = "s390-pv",
  [SECURITY_TDX] = "tdx",
};
static_assert(ARRAY_SIZE(security_names) == SECURITY_TYPES, "a launch security has no name");

/* QEMU target/i386/sev.c: the lengths of SEV-SNP's structures. */
enum { WORKAROUNDS_BYTES = 16, ID_BLOCK_BYTES = 96, ID_AUTH_BYTES = 4096, HOST_DATA_BYTES = 32 };

/* Base 16, whether it says 0x or not: libvirt's rule for this one element. */
#define POLICY(max_, ...) \
  ATTR_NUM("policy/text()", struct security, policy, .hex = true, .max = max_, \
           .doc = "What the host may do with the guest, as the processor has it.", ##__VA_ARGS__)

#define NO_POLICY "the launch security needs a policy; add <policy>0x0003</policy>"

static const struct attr amd_attrs[] = {
  ATTR_YESNO("@kernelHashes", struct security, kernel_hashes, .dflt = "QEMU's (no)",
             .doc = "Whether a kernel of the host is measured as well."),
  ATTR_NUM("cbitpos/text()", struct security, cbitpos, .max = 63, .empty_none = true,
           .required_where = "unless the binary is asked", .dflt = "what the binary says of the host",
           .doc = "The bit of an address that says encrypted."),
  ATTR_NUM("reducedPhysBits/text()", struct security, reduced_phys_bits, .max = 63, .empty_none = true,
           .required_where = "unless the binary is asked", .dflt = "what the binary says of the host",
           .doc = "How many bits of address encryption takes."),
  ATTR_END
};

/* MOST characters, one more and what fills up: as check_length() counts. */
#define BASE64(most, padding) "[A-Za-z0-9+/\\s]{" most "}[A-Za-z0-9+/\\s]" padding
#define ANY_BASE64 "[A-Za-z0-9+/\\s]*[=\\s]*"

static const struct attr sev_attrs[] = {
  ATTR_TABLE(amd_attrs),
  POLICY(UINT32_MAX, .required = true, .missing = NO_POLICY),
  ATTR_QUIET("handle", .doc = "A running guest's; it has no effect."),
  ATTR_STRING("dhCert/text()", struct security, dh_cert, .pattern = ANY_BASE64, .empty_none = true, .dflt = "none",
              .doc = "The guest owner's certificate, in base64."),
  ATTR_STRING("session/text()", struct security, session, .pattern = ANY_BASE64, .empty_none = true, .dflt = "none",
              .doc = "The guest owner's session, in base64."),
  ATTR_END
};

static const struct attr snp_attrs[] = {
  ATTR_TABLE(amd_attrs),
  POLICY(UINT64_MAX, .required = true, .missing = NO_POLICY),
  ATTR_YESNO("@authorKey", struct security, author_key, .dflt = "QEMU's (no)",
             .doc = "Whether the identity holds the author's key."),
  ATTR_YESNO("@vcek", struct security, vcek, .dflt = "QEMU's (yes)",
             .doc = "Whether reports are signed with the processor's own key."),
  ATTR_STRING("guestVisibleWorkarounds/text()", struct security, workarounds, .empty_none = true,
              .pattern = BASE64("21", "=="), .dflt = "none",
              .doc = "Workarounds that the guest is told of, in base64."),
  ATTR_STRING("idBlock/text()", struct security, id_block, .empty_none = true, .pattern = BASE64("127", ""),
              .dflt = "none", .doc = "The identity that the guest must have, in base64."),
  ATTR_STRING("idAuth/text()", struct security, id_auth, .pattern = ANY_BASE64, .empty_none = true, .dflt = "none",
              .doc = "The signature of that identity, in base64."),
  ATTR_STRING("hostData/text()", struct security, host_data, .empty_none = true, .pattern = BASE64("42", "="),
              .dflt = "none", .doc = "What the host adds to the guest's reports, in base64."),
  ATTR_END
};

static const struct attr tdx_attrs[] = {
  POLICY(UINT64_MAX, .dflt = "QEMU's (0)"),
  ATTR_STRING("mrConfigId/text()", struct security, mr_config_id, .pattern = ANY_BASE64, .dflt = "QEMU's (zeros)",
              .doc = "An id of the guest's configuration, in base64."),
  ATTR_STRING("mrOwner/text()", struct security, mr_owner, .pattern = ANY_BASE64, .dflt = "QEMU's (zeros)",
              .doc = "An id of the guest's owner, in base64."),
  ATTR_STRING("mrOwnerConfig/text()", struct security, mr_owner_config, .pattern = ANY_BASE64, .dflt = "QEMU's (zeros)",
              .doc = "An id of the owner's configuration, in base64."),
  ATTR_PRESENT("quoteGenerationService", struct security, quotes, .dflt = "none",
               .doc = "Reports can be signed by a service of the host."),
  ATTR_STRING("quoteGenerationService/@path", struct security, quote_socket, .dflt = "/var/run/tdx-qgs/qgs.socket",
              .doc = "The socket of that service."),
  ATTR_END
};

static const struct attr *const tables[SECURITY_TYPES] = {
  [SECURITY_SEV] = sev_attrs,
  [SECURITY_SEV_SNP] = snp_attrs,
  [SECURITY_TDX] = tdx_attrs,
};

enum cipher_name { CIPHER_NONE, CIPHER_AES, CIPHER_DEA };

static const char *const cipher_names[] = { [CIPHER_AES] = "aes", [CIPHER_DEA] = "dea" };

struct cipher {
  enum cipher_name name;
  enum tristate state;
};

static const struct attr cipher_attrs[] = {
  ATTR_ENUM("@name", struct cipher, name, cipher_names, .required = true, .doc = "Which cipher wraps keys, on s390x."),
  ATTR_ONOFF("@state", struct cipher, state, .required = true, .doc = "Whether the guest may use it."), ATTR_END
};

static const struct attr security_attrs[] = {
  ATTR_ENUM("launchSecurity/@type", struct domain, security.type, security_names, .required_here = true,
            .missing = "<launchSecurity> has no type; write type='sev-snp'",
            .doc = "How the guest is kept from the host's eyes."),
  ATTR_SEE("launchSecurity", NULL, .names = security_names, .tables = tables, .n_names = SECURITY_TYPES),
  ATTR_SEE("keywrap/cipher", cipher_attrs, .many = true, .doc = "A cipher of the processor."), ATTR_END
};

static void
read_keywrap(struct security *security, xmlNode *keywrap, struct diag *diag)
{
  xml_each(node, keywrap, "cipher")
  {
    struct cipher cipher = { 0 };
    if (!attr_read(cipher_attrs, node, &cipher, NULL, diag))
      continue;
    enum tristate *member = cipher.name == CIPHER_AES ? &security->aes_wrap : &security->dea_wrap;
    if (*member != UNSET)
      diag_error(diag, xml_place(node, NULL), NULL, "a second <cipher name='%s'>; keep one", cipher_names[cipher.name]);
    *member = cipher.state;
  }
}

static void
security_parse(struct domain *domain, xmlNode *root, struct stage *stage)
{
  struct security *security = &domain->security;
  xmlNode *keywrap = xml_child(root, "keywrap");
  if (keywrap)
    read_keywrap(security, keywrap, stage->diag);
  xmlNode *node = security->node = xml_child(root, "launchSecurity");
  if (!node)
    return;
  attr_read(tables[security->type], node, security, NULL, stage->diag);
}

/* The values that the processor wants, as QEMU told. */
static void
fill(struct num *member, struct json_object *told, const char *key)
{
  struct json_object *value;
  if (!member->set && json_object_object_get_ex(told, key, &value))
    *member = num_of((uint64_t)json_object_get_int64(value));
}

static void
want_file(struct domain *domain, const char *path, const char *content)
{
  struct place place = xml_place(domain->security.node, NULL);
  wants_add(domain, (struct want){ .kind = WANT_TEMPLATE, .value = path, .content = content, .place = place });
}

static void
security_complete(struct domain *domain, struct stage *stage)
{
  struct security *security = &domain->security;
  struct json_object *told = caps_reply(stage->caps, "query-sev-capabilities", true);
  if (security->type != SECURITY_SEV && security->type != SECURITY_SEV_SNP)
    return;
  fill(&security->cbitpos, told, "cbitpos");
  fill(&security->reduced_phys_bits, told, "reduced-phys-bits");
  /* QEMU reads both from files; what is in them is no secret to this host */
  if (security->dh_cert) {
    security->dh_cert_file = runtime_path(domain, "dh_cert.base64");
    want_file(domain, security->dh_cert_file, security->dh_cert);
  }
  if (security->session) {
    security->session_file = runtime_path(domain, "session.base64");
    want_file(domain, security->session_file, security->session);
  }
}

#define REFUSE(fmt, ...) \
  diag_error(stage->diag, xml_place(security->node, NULL), NULL, "launch security '%s': " fmt, \
             security_names[security->type], ##__VA_ARGS__)

/* QEMU util/base64.c refuses other characters at the start; GLib, which reads SEV's two files, passes over them, so that
 * the processor would get other bytes. */
static bool
check_base64(const struct security *security, const char *element, const char *text, struct stage *stage)
{
  if (!text)
    return false;
  size_t good = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ \t\r\n");
  size_t end = good + strspn(text + good, "= \t\r\n");
  if (text[end])
    diag_error(stage->diag, xml_place(xml_child(security->node, element), NULL), NULL,
               "<%s> is not base64, by its character %zu; write the bytes as base64 -w0 prints them", element, end + 1);
  return !text[end];
}

/* The length that TEXT's bytes have in base64, without a look at the bytes themselves. */
static void
check_length(const struct security *security, const char *element, const char *text, size_t bytes, struct stage *stage)
{
  if (!check_base64(security, element, text, stage))
    return;
  size_t length = strlen(text), padding = 0;
  while (padding < length && padding < 2 && text[length - 1 - padding] == '=')
    padding++;
  const struct place place = xml_place(xml_child(security->node, element), NULL);
  if (length % 4)
    diag_error(stage->diag, place, NULL,
               "<%s> must be %zu bytes in base64, these are %zu characters, no multiple of four", element, bytes,
               length);
  else if (length / 4 * 3 - padding != bytes)
    diag_error(stage->diag, place, NULL, "<%s> must be %zu bytes in base64, these are %zu", element, bytes,
               length / 4 * 3 - padding);
}

/* No host makes up for what the binary lacks; another host may have what this one lacks. */
static bool
check_able(const struct security *security, const char *type, enum feature feature, struct stage *stage)
{
  enum tristate built = caps_type(stage->caps, type);
  bool old = caps_version(stage->caps) < feature_rows[feature].since;
  if (built != ON && old)
    return stage_need(stage, feature, xml_place(security->node, NULL),
                      talloc_asprintf(stage->diag, "launch security '%s'", security_names[security->type]));
  if (built == OFF || (built == UNSET && !caps_has(stage->caps, feature))) {
    REFUSE("this QEMU (%s) cannot do it", caps_version_string(stage->caps));
    return false;
  }
  if (!caps_has(stage->caps, feature))
    diag_warning(stage->diag, xml_place(security->node, NULL), NULL,
                 "launch security '%s': the host where QEMU told its capabilities cannot do it",
                 security_names[security->type]);
  return true;
}

static void
check_sev(const struct domain *domain, struct stage *stage)
{
  const struct security *security = &domain->security;
  bool snp = security->type == SECURITY_SEV_SNP;
  bool able = arch_is_x86(domain->arch);
  if (!able)
    REFUSE("it is AMD's, this is %s", arch_names[domain->arch]);
  else
    able = check_able(security, snp ? "sev-snp-guest" : "sev-guest", snp ? FEAT_SEV_SNP_GUEST : FEAT_SEV_GUEST, stage);
  if (able && !security->cbitpos.set)
    REFUSE("where the C-bit is, only the host's processor knows; add <cbitpos>51</cbitpos>, or convert with --probe");
  if (able && !security->reduced_phys_bits.set)
    REFUSE("how many address bits are lost, only the host's processor knows; add "
           "<reducedPhysBits>1</reducedPhysBits>, or convert with --probe");
  if (!snp && security->kernel_hashes != UNSET && !caps_has(stage->caps, FEAT_SEV_GUEST_KERNEL_HASHES))
    REFUSE("kernelHashes needs QEMU 6.2, this is %s", caps_version_string(stage->caps));
  check_base64(security, "dhCert", security->dh_cert, stage);
  check_base64(security, "session", security->session, stage);
  check_length(security, "guestVisibleWorkarounds", security->workarounds, WORKAROUNDS_BYTES, stage);
  check_length(security, "idBlock", security->id_block, ID_BLOCK_BYTES, stage);
  check_length(security, "idAuth", security->id_auth, ID_AUTH_BYTES, stage);
  check_length(security, "hostData", security->host_data, HOST_DATA_BYTES, stage);
}

static void
security_check(const struct domain *domain, struct stage *stage)
{
  const struct security *security = &domain->security;
  if ((security->aes_wrap != UNSET || security->dea_wrap != UNSET) && !domain_is_s390(domain))
    diag_error(stage->diag, xml_place(xml_child(domain->root, "keywrap"), NULL), NULL,
               "<keywrap> is s390x's, this is %s; drop it", arch_names[domain->arch]);
  switch (security->type) {
  case SECURITY_SEV:
  case SECURITY_SEV_SNP:
    check_sev(domain, stage);
    break;
  case SECURITY_S390_PV:
    if (!domain_is_s390(domain))
      REFUSE("it is s390x's, this is %s", arch_names[domain->arch]);
    else
      check_able(security, "s390-pv-guest", FEAT_S390_PV_GUEST, stage);
    break;
  case SECURITY_TDX:
    if (domain->arch != ARCH_X86_64)
      REFUSE("it is Intel's, this is %s", arch_names[domain->arch]);
    else
      stage_need(stage, FEAT_TDX_GUEST, xml_place(security->node, NULL), "launch security 'tdx'");
    check_base64(security, "mrConfigId", security->mr_config_id, stage);
    check_base64(security, "mrOwner", security->mr_owner, stage);
    check_base64(security, "mrOwnerConfig", security->mr_owner_config, stage);
    break;
  case SECURITY_NONE:
  case SECURITY_TYPES:
    return;
  }
  if (domain->virt != VIRT_KVM)
    diag_unstartable(stage->diag, xml_place(security->node, NULL), NULL,
                     "launch security '%s': it needs KVM, this guest will not start; write <domain type='kvm'>",
                     security_names[security->type]);
}

/* The printed command refers to these files; who starts QEMU must have made them. */
static void
security_resolve(struct domain *domain, struct stage *stage)
{
  const struct security *security = &domain->security;
  const char *const files[] = { security->dh_cert_file, security->session_file };
  for (size_t i = 0; i < ARRAY_SIZE(files); i++)
    if (files[i] && !options_launch(stage->options) && !options_script(stage->options))
      diag_warning(stage->diag, xml_place(security->node, NULL), NULL,
                   "%s must hold what the XML says before QEMU starts; --exec and --run see to it", files[i]);
}

static void
build_sev(const struct security *security, struct argv *argv)
{
  bool snp = security->type == SECURITY_SEV_SNP;
  struct props *p = argv_object(argv, PHASE_MACHINE, snp ? "sev-snp-guest" : "sev-guest", "lsec0");
  props_implies(p, WANT_DEVICE, "/dev/sev", 0);
  props_num(p, "cbitpos", security->cbitpos);
  props_num(p, "reduced-phys-bits", security->reduced_phys_bits);
  props_switch(p, "kernel-hashes", security->kernel_hashes);
  props_num(p, "policy", security->policy);
  props_host(p, "dh-cert-file", WANT_TEMPLATE, security->dh_cert_file);
  props_host(p, "session-file", WANT_TEMPLATE, security->session_file);
  props_guest(p, "guest-visible-workarounds", security->workarounds);
  props_guest(p, "id-block", security->id_block);
  props_guest(p, "id-auth", security->id_auth);
  props_guest(p, "host-data", security->host_data);
  props_switch(p, "author-key-enabled", security->author_key);
  if (security->vcek != UNSET)
    props_bool(p, "vcek-disabled", security->vcek == OFF);
}

/* QEMU target/i386/kvm/tdx.c: the quotes' socket is where Intel's service has it by default. */
static void
build_tdx(const struct security *security, struct argv *argv)
{
  struct props *p = argv_object(argv, PHASE_MACHINE, "tdx-guest", "lsec0");
  props_num(p, "attributes", security->policy);
  props_guest(p, "mrconfigid", security->mr_config_id);
  props_guest(p, "mrowner", security->mr_owner);
  props_guest(p, "mrownerconfig", security->mr_owner_config);
  if (!security->quotes)
    return;
  struct props *socket = props_dict(p, "quote-generation-socket");
  props_str(socket, "type", "unix");
  props_host(socket, "path", WANT_CONNECT,
             security->quote_socket ? security->quote_socket : "/var/run/tdx-qgs/qgs.socket");
}

static void
security_build(const struct domain *domain, const struct build *b, struct argv *argv)
{
  const struct security *security = &domain->security;
  argv_origin(argv, xml_place_at(domain->root, "keywrap"), NULL, NULL);
  struct props *machine = argv_single(argv, PHASE_MACHINE, "-machine", "type");
  props_onoff(machine, "aes-key-wrap", security->aes_wrap);
  props_onoff(machine, "dea-key-wrap", security->dea_wrap);
  if (security->type == SECURITY_NONE)
    return;
  const char *key =
      caps_has(b->caps, FEAT_MACHINE_CONFIDENTIAL_GUEST_SUPPORT) ? "confidential-guest-support" : "memory-encryption";
  argv_origin(argv, xml_place(security->node, NULL), NULL, NULL);
  props_refer(machine, key, ID_OBJECT, "lsec0");
  if (security->type == SECURITY_S390_PV)
    argv_object(argv, PHASE_MACHINE, "s390-pv-guest", "lsec0");
  else if (security->type == SECURITY_TDX)
    build_tdx(security, argv);
  else
    build_sev(security, argv);
}

const struct section security_section = {
  .name = "security",
  .attrs = security_attrs,
  .parse = security_parse,
  .complete = security_complete,
  .check = security_check,
  .resolve = security_resolve,
  .build = security_build,
};
