/* SPDX-License-Identifier: GPL-2.0-or-later */
/* block/curl.c - images on web and FTP servers, read through libcurl */

#include "block/network.h"

#include <inttypes.h>

struct curl {
  const char *query;
  enum tristate verify; /* the server's certificate */
  uint64_t timeout;     /* seconds; 0: QEMU's default */
  uint64_t readahead;   /* bytes; 0: QEMU's default */
  const char *cookies;  /* "a=b; c=d"; NULL: none */
  struct place cookies_place;
  struct secret *cookies_secret;
};

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

static void
read_cookies(struct image *image, struct curl *curl, xmlNode *cookies, struct stage *stage)
{
  const char *subject = image->dev->subject;
  char *all = talloc_strdup(curl, "");
  xml_each(cookie, cookies, "cookie")
  {
    const char *name = xml_attr(cookie, "name"), *value = xml_raw_text(cookie);
    if (!name || !cookie_fits(name, value)) {
      diag_error(stage->diag, xml_place(cookie, name), subject,
                 "cookie '%s' cannot be sent: no name, no value, or characters that RFC 6265 forbids (blanks among "
                 "them); encode them",
                 name ? name : "");
      continue;
    }
    for (xmlNode *other = xml_child(cookies, "cookie"); other != cookie; other = xml_next(other, "cookie"))
      if (str_eq(xml_attr(other, "name"), name))
        diag_error(stage->diag, xml_place(cookie, name), subject, "cookie '%s' is given twice; keep one", name);
    all = talloc_asprintf_append(all, "%s%s=%s", *all ? "; " : "", name, value);
  }
  curl->cookies = *all ? all : NULL;
  curl->cookies_place = xml_place(cookies, NULL);
}

static void
curl_read(struct image *image, xmlNode *source, struct stage *stage)
{
  static const char *const yesno[] = { [OFF] = "no", [ON] = "yes" };
  struct network *net = network_of(image);
  struct curl *curl = net->own = talloc_zero(image, struct curl);
  bool http = net->protocol == &http_protocol || net->protocol == &https_protocol;
  bool secure = net->protocol == &https_protocol || net->protocol == &ftps_protocol;
  int verify = UNSET;
  if (http) {
    curl->query = xml_attr(source, "query");
    xmlNode *cookies = xml_child(source, "cookies");
    if (cookies)
      read_cookies(image, curl, cookies, stage);
  }
  if (secure)
    read_enum(source, "ssl/@verify", yesno, ARRAY_SIZE(yesno), &verify, image->dev->subject, stage->diag);
  curl->verify = (enum tristate)verify;
  read_uint(source, "timeout/@seconds", 0, INT64_MAX, &curl->timeout, image->dev->subject, stage->diag);
  read_uint(source, "readahead/@size", 0, INT64_MAX, &curl->readahead, image->dev->subject, stage->diag);
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
  props_str(p, "url", curl_url(p, image));
  if (network_auth_secret(image)) {
    props_str(p, "username", image->auth->username);
    props_refer(p, "password-secret", ID_OBJECT, network_auth_secret(image));
  }
  props_switch(p, "sslverify", curl->verify);
  if (curl->cookies_secret)
    props_refer(p, "cookie-secret", ID_OBJECT, curl->cookies_secret->id);
  props_nonzero(p, "timeout", curl->timeout);
  props_nonzero(p, "readahead", curl->readahead);
}

#define CURL(name_, port_) \
  { \
    .name = name_, .flags = PROTOCOL_AUTH | PROTOCOL_ROOT, .port = port_, .min_hosts = 1, .max_hosts = 1, \
    .read = curl_read, .complete = curl_complete, .check = curl_check, .objects = curl_objects, .props = curl_props \
  }

const struct protocol http_protocol = CURL("http", 80);
const struct protocol https_protocol = CURL("https", 443);
const struct protocol ftp_protocol = CURL("ftp", 21);
const struct protocol ftps_protocol = CURL("ftps", 990);
