/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml_spots.c - where each element and attribute begins: its line and column */

/* libxml2 knows the line on which a start tag ends, no columns, and no places of attributes. So whenever a start tag
 * was parsed, this walks back over it in the parser's input, which ends there, and over its attributes, whose values
 * the parser points to. A place is kept as an index in psvi, which libxml2 leaves to its users. Values that the parser
 * had to copy (with entities or tabs in them) have no place of their own: that of their element stands for it. */

#include "core/xml_internal.h"

#include <libxml/SAX2.h>

static xmlParserInput *
input_of(const xmlParserCtxt *parser)
{
  return parser->input && parser->input->base ? parser->input : NULL;
}

/* Where the line of AT begins; NULL: before FROM. */
static const xmlChar *
line_start(const xmlChar *from, const xmlChar *at)
{
  const xmlChar *newline = at > from ? memrchr(from, '\n', (size_t)(at - from)) : NULL;
  return newline ? newline + 1 : NULL;
}

static void *
keep_spot(struct xml_spots *spots, struct spot spot)
{
  spots->items = ARRAY_ROOM(spots->owner, spots->items, struct spot, spots->n);
  spots->items[spots->n++] = spot;
  return (void *)(uintptr_t)spots->n; /* 0 is none */
}

/* A tag in the parser's input. Offsets count from the beginning of the document. */
struct tag {
  const xmlChar *start, *end;
  size_t offset; /* of START */
  unsigned line; /* of START */
};

static unsigned
newlines(const xmlChar *from, const xmlChar *to)
{
  unsigned n = 0;
  for (; (from = memchr(from, '\n', (size_t)(to - from))); from++)
    n++;
  return n;
}

static struct spot
spot_in(const struct xml_spots *spots, const struct tag *tag, const xmlChar *at)
{
  const xmlChar *start = line_start(tag->start, at);
  size_t column = start ? (size_t)(at - start) : tag->offset + (size_t)(at - tag->start) - spots->line_offset;
  return (struct spot){ .line = tag->line + newlines(tag->start, at), .column = (unsigned)column + 1 };
}

static bool
find_tag(const xmlParserCtxt *parser, struct tag *tag)
{
  const xmlParserInput *input = input_of(parser);
  if (!input || input->cur <= input->base || parser->inputNr > 1)
    return false;
  tag->end = input->cur;
  tag->start = memrchr(input->base, '<', (size_t)(input->cur - input->base));
  if (!tag->start)
    return false;
  tag->offset = (size_t)input->consumed + (size_t)(tag->start - input->base);
  tag->line = (unsigned)input->line - newlines(tag->start, tag->end);
  return true;
}

/* A document may be one line of 16 MiB: it is looked through once. */
static void
go_to(struct xml_spots *spots, const xmlParserCtxt *parser, const struct tag *tag)
{
  const xmlChar *base = input_of(parser)->base;
  size_t consumed = (size_t)input_of(parser)->consumed;
  const xmlChar *from = spots->seen > consumed ? base + (spots->seen - consumed) : base;
  const xmlChar *start = line_start(from, tag->start);
  if (start)
    spots->line_offset = consumed + (size_t)(start - base);
  spots->seen = tag->offset;
}

/* VALUE is where the parser read the attribute's value; its name stands before that. */
static const xmlChar *
attribute_start(const struct tag *tag, const xmlAttr *attr, const xmlChar *value)
{
  size_t length = strlen((const char *)attr->name);
  if (value <= tag->start || value >= tag->end)
    return NULL;
  const xmlChar *at = value - 1; /* the quote */
  while (at > tag->start && at[-1] != '=')
    at--;
  at -= at > tag->start;
  while (at > tag->start && strchr(" \t\r\n", at[-1]))
    at--;
  if ((size_t)(at - tag->start) <= length || memcmp(at - length, attr->name, length) != 0)
    return NULL;
  return at - length;
}

static xmlAttr *
attribute_of(const xmlNode *node, const xmlChar *name)
{
  for (xmlAttr *attr = node->properties; attr; attr = attr->next)
    if (xmlStrEqual(attr->name, name))
      return attr;
  return NULL;
}

void
xml_spots_start_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
                        const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
  enum { NAME, PREFIX, URI, VALUE, END, FIELDS }; /* of an attribute, as libxml2 hands them over */
  xmlParserCtxt *parser = ctx;
  xmlNode *before = parser->node;
  xmlSAX2StartElementNs(ctx, name, prefix, uri, n_namespaces, namespaces, n_attributes, n_defaulted, attributes);
  struct xml_spots *spots = &((struct xml *)parser->_private)->spots;
  struct tag tag;
  if (!parser->node || parser->node == before || !find_tag(parser, &tag))
    return;
  go_to(spots, parser, &tag);
  const xmlChar *own = tag.start + 1 + (prefix ? strlen((const char *)prefix) + 1 : 0);
  parser->node->psvi = keep_spot(spots, spot_in(spots, &tag, own));
  for (int i = 0; i < n_attributes; i++) {
    xmlAttr *attr = attribute_of(parser->node, attributes[FIELDS * i + NAME]);
    const xmlChar *at = attr ? attribute_start(&tag, attr, attributes[FIELDS * i + VALUE]) : NULL;
    if (at)
      attr->psvi = keep_spot(spots, spot_in(spots, &tag, at));
  }
}

static const struct spot *
spot_of(const struct xml_spots *spots, const void *psvi)
{
  size_t i = (size_t)(uintptr_t)psvi;
  return i && i <= spots->n ? &spots->items[i - 1] : NULL;
}

struct spot
xml_spot(const xmlNode *node, const char *word)
{
  const struct xml_spots *spots = &xml_of(node)->spots;
  const struct spot *element = spot_of(spots, node->psvi), *found = NULL;
  const long line = xmlGetLineNo(node);
  for (const xmlAttr *attr = node->properties; word && attr && !found; attr = attr->next)
    if (!attr->ns && str_eq((const char *)attr->name, word))
      found = spot_of(spots, attr->psvi);
  if (found)
    return *found;
  for (const xmlAttr *attr = node->properties; word && attr && !found; attr = attr->next)
    if (attr->children && str_eq((const char *)attr->children->content, word))
      found = spot_of(spots, attr->psvi);
  if (found)
    return (struct spot){ .line = found->line };
  if (element)
    return (struct spot){ .line = element->line, .column = word ? 0 : element->column };
  return (struct spot){ .line = line > 0 ? (unsigned)line : 0 };
}
