/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/curl.c - images on web and FTP servers, read through libcurl */

#include "block/network.h"
#include "domain/notes.h"

#include <inttypes.h>

struct cookie {
  xmlNode *node;
  const char *name, *value;
};

struct curl {
  const char *query;
  enum tristate verify; /* the server's certificate */
  uint64_t timeout;     /* seconds; 0: QEMU's default */
  uint64_t readahead;   /* bytes; 0: QEMU's default */
  struct cookie *jar;
  size_t n_cookies;
  const char *cookies; /* "a=b; c=d"; NULL: none */
  struct place cookies_place;
  struct secret *cookies_secret;
};

static const struct attr cookie_attrs[] = {
  ATTR_NODE(".", struct cookie, node),
  ATTR_STRING("@name", struct cookie, name, .required = true, .missing = "cookie without a name; write name='...'",
              .doc = "The cookie's name, as the web server knows it."),
  ATTR_STRING("raw()", struct cookie, value, .required = true,
              .missing = "cookie without a value; write it between the tags",
              .doc = "The cookie's value, sent to the web server with each request."),
  ATTR_END
};

static const struct attr common_attrs[] = {
  ATTR_UINT("timeout/@seconds", struct curl, timeout, .max = INT64_MAX, .unit = "seconds", .dflt = "QEMU's (5)",
            .doc = "How long to wait for the server before a request fails."),
  ATTR_UINT("readahead/@size", struct curl, readahead, .max = INT64_MAX, .unit = "bytes", .dflt = "QEMU's (256 KiB)",
            .doc = "How much to fetch ahead of what the guest reads, in multiples of 512 bytes."),
  ATTR_END
};

static const struct attr http_attrs[] = { ATTR_TABLE(common_attrs),
                                          ATTR_STRING("@query", struct curl, query, .empty_ok = true, .dflt = "none",
                                                      .doc = "What follows the question mark in the URL."),
                                          ATTR_LIST("cookies/cookie", struct curl, jar, n_cookies, struct cookie,
                                                    cookie_attrs, .doc = "A cookie for the web server."),
                                          ATTR_END };

static const struct attr secure_attrs[] = {
  ATTR_YESNO("ssl/@verify", struct curl, verify, .dflt = "QEMU's (yes)",
             .doc = "Whether the server's certificate must be one that this host trusts."),
  ATTR_END
};

static const struct attr https_attrs[] = { ATTR_TABLE(http_attrs), ATTR_TABLE(secure_attrs), ATTR_END };

static const struct attr ftps_attrs[] = { ATTR_TABLE(common_attrs), ATTR_TABLE(secure_attrs), ATTR_END };

/* RFC 6265: a cookie's name is a token; its value has no blanks, quotes, commas, semicolons, backslashes. */
static bool
cookie_fits(const char *name, const char *value)
{
  static const char separators[] = "()<>@,;:\\\"/[]?={} \t";
  for (const char *c = name; *c; c++)
    if (*c <= ' ' || *c > '~' || strchr(separators, *c))
      return false;
  size_t length = strlen(value);
  if (!*name || !length)
    return false;
  if (length >= 2 && value[0] == '"' && value[length - 1] == '"') {
    value++;
    length -= 2;
  }
  for (size_t i = 0; i < length; i++)
    if (value[i] <= ' ' || value[i] > '~' || strchr("\",;\\", value[i]))
      return false;
  return true;
}

/* The I-th; those before it are in NAMES. */
static void
check_cookie(const struct curl *curl, size_t i, struct notes *names, const char *subject, struct stage *stage)
{
  const struct cookie *cookie = &curl->jar[i];
  if (!cookie_fits(cookie->name, cookie->value))
    diag_error(stage->diag, xml_place(cookie->node, cookie->name), subject,
               "cookie '%s' cannot be sent: characters that RFC 6265 forbids (blanks among them); encode them",
               cookie->name);
  if (notes_first(names, cookie->name, i) != i)
    diag_error(stage->diag, xml_place(cookie->node, cookie->name), subject, "cookie '%s' is given twice; keep one",
               cookie->name);
}

static void
curl_read(struct image *image, xmlNode *source, struct stage *stage)
{
  struct curl *curl = network_of(image)->own;
  char *all = talloc_strdup(curl, "");
  struct notes *names = curl->n_cookies ? notes_new(NULL) : NULL;
  for (size_t i = 0; i < curl->n_cookies; i++) {
    check_cookie(curl, i, names, image->dev->subject, stage);
    all = talloc_asprintf_append_buffer(all, "%s%s=%s", *all ? "; " : "", curl->jar[i].name, curl->jar[i].value);
  }
  talloc_free(names);
  curl->cookies = *all ? all : NULL;
  if (curl->cookies)
    curl->cookies_place = xml_place(xml_child(source, "cookies"), NULL);
}

static void
curl_complete(struct image *image, struct stage *stage)
{
  struct curl *curl = network_of(image)->own;
  (void)stage;
  if (!curl->cookies)
    return;
  struct secret_want want = {
    .usage = talloc_asprintf(curl, "%s-cookies", image_stem(image)),
    .value = curl->cookies,
    .place = curl->cookies_place,
    .subject = image->dev->subject,
  };
  curl->cookies_secret =
      secret_add(image->dev->domain, talloc_asprintf(curl, "%s-cookies0", image->storage_node), want);
}

static void
curl_objects(const struct image *image, struct argv *argv)
{
  const struct curl *curl = network_of(image)->own;
  if (curl->cookies_secret)
    secret_build(curl->cookies_secret, argv);
}

/* QEMU block/curl.c, curl_open() */
static void
check_numbers(const struct image *image, struct stage *stage)
{
  enum { TIMEOUT_MAX = 10000, BLOCK = 512 };
  const struct curl *curl = network_of(image)->own;
  if (curl->timeout > TIMEOUT_MAX)
    diag_unstartable(stage->diag, xml_place(xml_child(image->node, "timeout"), NULL), image->dev->subject,
                     "a timeout of %" PRIu64 " seconds: QEMU takes %d at most, this guest will not start; lower it",
                     curl->timeout, TIMEOUT_MAX);
  if (curl->readahead % BLOCK)
    diag_unstartable(stage->diag, xml_place(xml_child(image->node, "readahead"), NULL), image->dev->subject,
                     "readahead of %" PRIu64 " bytes: QEMU takes multiples of %d, this guest will not start",
                     curl->readahead, BLOCK);
}

static void
curl_check(const struct image *image, struct stage *stage)
{
  check_numbers(image, stage);
  if (image->depth == 0 && !image->readonly)
    diag_unstartable(stage->diag, xml_place(image->node, network_of(image)->protocol->name), image->dev->subject,
                     "protocol '%s': QEMU writes to nothing that it gets so, this guest will not start; add "
                     "<readonly/>, or make it the <backingStore> of a local image",
                     network_of(image)->protocol->name);
}

static char *
escape_path(TALLOC_CTX *ctx, const char *path)
{
  static const char plain[] = "-_.!~*'()/;@&=+$,";
  static const char hex[] = "0123456789ABCDEF";
  char *out = talloc_array(ctx, char, (unsigned)strlen(path) * 3 + 1), *o = out;
  for (const unsigned char *c = (const unsigned char *)path; *c; c++) {
    if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr(plain, *c)) {
      *o++ = (char)*c;
      continue;
    }
    *o++ = '%';
    *o++ = hex[*c >> 4];
    *o++ = hex[*c & 15];
  }
  *o = '\0';
  return out;
}

static const char *
curl_url(TALLOC_CTX *ctx, const struct image *image)
{
  const struct network *net = network_of(image);
  const struct curl *curl = net->own;
  const struct network_host *host = &net->hosts[0];
  bool ipv6 = strchr(host->name, ':') != NULL;
  char *url = talloc_asprintf(ctx, "%s://%s%s%s:%u", net->protocol->name, ipv6 ? "[" : "", host->name, ipv6 ? "]" : "",
                              host->port);
  if (net->name)
    url = talloc_asprintf_append(url, "%s%s", net->name[0] == '/' ? "" : "/", escape_path(ctx, net->name));
  if (curl->query)
    url = talloc_asprintf_append(url, "?%s", curl->query);
  return url;
}

static void
curl_props(const struct image *image, struct props *p)
{
  const struct curl *curl = network_of(image)->own;
  props_address(p, "url", curl_url(p, image));
  network_server(p, network_of(image), &network_of(image)->hosts[0], network_of(image)->hosts[0].port);
  if (network_auth_secret(image)) {
    props_remote(p, "username", image->auth->username);
    props_refer(p, "password-secret", ID_OBJECT, network_auth_secret(image));
  }
  props_switch(p, "sslverify", curl->verify);
  if (curl->cookies_secret)
    props_refer(p, "cookie-secret", ID_OBJECT, curl->cookies_secret->id);
  props_nonzero(p, "timeout", curl->timeout);
  props_nonzero(p, "readahead", curl->readahead);
}

#define CURL(name_, port_, attrs_) \
  { \
    .name = name_, .flags = PROTOCOL_AUTH | PROTOCOL_ROOT, .port = port_, .min_hosts = 1, .max_hosts = 1, \
    .size = sizeof(struct curl), .attrs = attrs_, .read = curl_read, .complete = curl_complete, .check = curl_check, \
    .objects = curl_objects, .props = curl_props \
  }

const struct protocol http_protocol = CURL("http", 80, http_attrs);
const struct protocol https_protocol = CURL("https", 443, https_attrs);
const struct protocol ftp_protocol = CURL("ftp", 21, common_attrs);
const struct protocol ftps_protocol = CURL("ftps", 990, ftps_attrs);
