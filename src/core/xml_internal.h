/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml_internal.h - what xml.c and xml_unread.c share: the marks of what was read */

#ifndef CORE_XML_INTERNAL_H
#define CORE_XML_INTERNAL_H

#include "core/xml.h"

#include <uthash.h>

/* A name that reading asked for below an element of name PARENT; kept only while asked to listen. */
struct asked {
  const char *parent;
  const char *name;
  bool attribute;
};

/* The suggestion for an unknown word is kept: many elements may share one, and the search is long. */
struct suggestion {
  const char *question;
  const char *text;
  UT_hash_handle hh;
};

struct xml {
  xmlDoc *doc;
  const char *file;
  bool listening;
  struct asked *asked;
  size_t n_asked;
  struct suggestion *suggestions;
};

/* Their addresses in _private say "read", and "read, and the text in it too". */
extern char xml_read_mark, xml_text_mark;

static inline struct xml *
xml_of(const xmlNode *node)
{
  return node->doc->_private;
}

/* What the file is whose text begins so, and what to give instead; NULL: XML, as far as its first bytes tell. */
const char *xml_foreign(const char *text, size_t length);

#endif
