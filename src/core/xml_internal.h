/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml_internal.h - what the files behind xml.h share: places, and the marks of what was read */

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

/* Where an element or attribute begins; COLUMN counts bytes from 1, 0: not known. */
struct spot {
  unsigned line, column;
};

struct xml_spots {
  TALLOC_CTX *owner;
  struct spot *items;
  size_t n;
  size_t seen, line_offset; /* while parsing: how far, and where the line begins on which that is */
};

struct refused {
  const xmlNode *node;
  const char *name; /* NULL: the element */
};

struct xml {
  xmlDoc *doc;
  const char *file;
  struct diag *diag; /* while parsing */
  struct xml_spots spots;
  bool listening;
  struct asked *asked;
  size_t n_asked;
  struct suggestion *suggestions;
  struct refused *refused;
  size_t n_refused;
};

/* Their addresses in _private say "read", and "read, and the text in it too". */
extern char xml_read_mark, xml_text_mark;

static inline struct xml *
xml_of(const xmlNode *node)
{
  return node->doc->_private;
}

/* --- xml_spots.c --- */

/* Where NODE begins, or its attribute WORD, or the line of the attribute whose value WORD is. */
struct spot xml_spot(const xmlNode *node, const char *word);

/* libxml2's own handler, and then the places; for parsers whose _private is a struct xml. */
void xml_spots_start_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                             int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
                             const xmlChar **attributes);

/* --- before the parser: xml_foreign.c, xml_crowded.c --- */

/* For a file that begins with TEXT and is no XML, or in an encoding that is not read: says what it is, and what to give
 * instead. NULL: it may be XML. A talloc child of CTX, or constant. */
const char *xml_foreign(TALLOC_CTX *ctx, const char *text, size_t length);

/* What TEXT has too much of to be parsed, and the line where that is seen; NULL: nothing. */
const char *xml_crowded(const char *text, size_t length, unsigned *line);

#endif
