/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/bus_domain.c - a domain of a few devices, completed: where does each sit? */

#include "bus_domain.h"

#include "domain/kinds.h"
#include "host/host.h"
#include "stages.h"
#include "core/options.h"
#include "choose.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static TALLOC_CTX *last;

static char *
first_report(struct diag *diag)
{
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  diag_style(diag, (struct diag_style){ .json = true });
  diag_show(diag, out);
  fclose(out);
  char *error = strstr(text, "\"severity\":\"error\"");
  char *kept = talloc_strdup(last, error ? error : text);
  free(text);
  return kept;
}

/* The text behind NAME in a line of JSON, which has no quotes in it; NULL: null. */
static char *
text_of(const char *report, const char *name)
{
  const char *text = strstr(report, name);
  text = text ? text + strlen(name) : "";
  return *text == '"' ? talloc_strndup(last, text + 1, strcspn(text + 1, "\"")) : NULL;
}

/* Only the text of the first error, and how to mend it. */
static const char *
message(const char *report)
{
  const char *text = text_of(report, "\"message\":"), *remedy = text_of(report, "\"remedy\":");
  if (!text)
    return report;
  return remedy ? talloc_asprintf(last, "%s; %s", text, remedy) : text;
}

static void
write_domain(const char *file, const char *machine, const char *devices)
{
  char arch[32], name[64];
  FILE *out = fopen(file, "w");
  if (!out || sscanf(machine, "%31s %63s", arch, name) != 2)
    abort();
  fprintf(out,
          "<domain type='qemu'><name>t</name><memory unit='MiB'>64</memory>\n"
          "<os><type arch='%s' machine='%s'>hvm</type></os>\n<devices>%s<memballoon "
          "model='none'/></devices></domain>\n",
          arch, name, devices);
  fclose(out);
}

static char *
append_addresses(char *text, const struct device_list *list)
{
  for (size_t i = 0; i < list->n; i++) {
    const struct device *dev = list->items[i];
    if (dev->address.type != ADDR_NONE)
      text =
          talloc_asprintf_append_buffer(text, "%s%s %s", *text ? "; " : "", dev->id, address_text(last, &dev->address));
  }
  return text;
}

static const char *
addresses(const struct domain *domain, const char *elements)
{
  char *text = talloc_strdup(last, ""), *words = talloc_strdup(last, elements), *rest = NULL;
  for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
    text = append_addresses(text, domain_devices(domain, kind_find(word)));
  return text;
}

struct domain *
bus_domain_read(const char *machine, const char *devices, struct stage *stage)
{
  static const struct options options = { .qemu_version = "9.0.0", .host_root = "/", .offline = true };
  char file[] = "/tmp/bus-domain-XXXXXX";
  talloc_free(last);
  last = talloc_size(NULL, 1); /* not empty: a pointer past its end would look like a leak */
  int error, fd = mkstemp(file);
  if (fd < 0)
    abort();
  close(fd);
  write_domain(file, machine, devices);
  *stage = (struct stage){ .diag = diag_new(last), .host = host_offline(last), .options = &options };
  struct domain *domain = domain_read(last, file, stage);
  unlink(file);
  if (domain)
    stage->caps = caps_choose(last, domain, &options, NULL, &error, stage->diag);
  return domain;
}

const char *
bus_domain(const char *machine, const char *devices, const char *elements)
{
  struct stage stage;
  struct domain *domain = bus_domain_read(machine, devices, &stage);
  if (!domain)
    return message(first_report(stage.diag));
  domain_complete(domain, &stage);
  domain_check(domain, &stage);
  return diag_errors(stage.diag) ? message(first_report(stage.diag)) : addresses(domain, elements);
}
