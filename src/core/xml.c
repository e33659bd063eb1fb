/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml.c - reads a document once, safely, and remembers what was looked at */

#include "core/input.h"
#include "core/utf8.h"
#include "core/xml_internal.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

char xml_read_mark, xml_text_mark;

static int
xml_free(struct xml *xml)
{
  HASH_CLEAR(hh, xml->suggestions);
  xmlFreeDoc(xml->doc);
  return 0;
}

TALLOC_CTX *
xml_memory(const xmlNode *node)
{
  return xml_of(node);
}

/* --- reading --- */

static bool
read_all(int fd, char **text, size_t *length, const char *file, struct diag *diag)
{
  size_t capacity = KIB(64);
  struct stat st;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size <= XML_SIZE_LIMIT)
    capacity = (size_t)st.st_size + 1;
  *length = 0;
  *text = talloc_array(diag, char, capacity);
  for (;;) {
    ssize_t n = read(fd, *text + *length, capacity - *length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      diag_error(diag, (struct place){ .file = file }, NULL, "cannot read: %s", strerror(errno));
      return false;
    }
    if (n == 0)
      return true;
    *length += (size_t)n;
    if (*length > XML_SIZE_LIMIT) {
      diag_error(diag, (struct place){ .file = file }, NULL,
                 "larger than 16 MiB, which no domain is; give the domain's XML");
      return false;
    }
    if (*length == capacity)
      *text = talloc_realloc(diag, *text, char, capacity *= 2);
  }
}

/* libxml2 2.12 made the errors that it hands to handlers const. */
#if LIBXML_VERSION >= 21200
typedef const xmlError parse_error;
#else
typedef xmlError parse_error;
#endif

/* The parser's words, or ours where its own do not tell what to write. */
static const char *
words_for(TALLOC_CTX *ctx, const parse_error *error)
{
  const char *said = error->message;
  switch (error->code) {
  case XML_ERR_NAME_REQUIRED:
  case XML_ERR_ENTITYREF_SEMICOL_MISSING:
    if (strstr(said, "EntityRef"))
      return "a lone '&'; write &amp; for the character";
    break;
  case XML_ERR_UNDECLARED_ENTITY:
  case XML_WAR_UNDECLARED_ENTITY:
    return talloc_asprintf(ctx, "entity '%s' is not defined; write the character itself, and &amp; for '&'",
                           error->str1);
  case XML_ERR_LT_IN_ATTRIBUTE:
    return "'<' in a value; write &lt; for the character";
  case XML_NS_ERR_UNDEFINED_NAMESPACE:
    if (str_eq(error->str1, "qemu"))
      return "the prefix 'qemu' is not declared; write <domain ... xmlns:qemu='" XML_QEMU_NS "'>";
    break;
  default:
    break;
  }
  if (strstr(said, "Excessive depth"))
    return "elements nested deeper than 256 levels, which no domain needs";
  return talloc_strndup(ctx, said, strcspn(said, "\n"));
}

/* Does a second <domain> begin behind the end of the document? */
static bool
second_document(const parse_error *error, const char *rest)
{
  return error->code == XML_ERR_DOCUMENT_END && str_starts(rest, "<domain");
}

/* An error of the parser's, in our words of place. */
static void
on_parse_error(void *ctx, parse_error *error)
{
  const struct xml *xml = ctx;
  struct diag *diag = xml->diag;
  if (error->level == XML_ERR_WARNING) /* a name space that is no absolute URI, and the like */
    return;
  if (diag_errors(diag)) /* libxml2's later errors follow from the first */
    return;
  xmlParserCtxt *parser = error->ctxt;
  /* an error of an encoding comes without the file */
  struct place place = { .file = error->file ? error->file : xml->file,
                         .line = error->line > 0 ? (unsigned)error->line : 0 };
  const char *message = words_for(diag, error);
  if (parser && error->domain != XML_FROM_IO && error->code != XML_ERR_DOCUMENT_EMPTY && parser->input) {
    const unsigned char *start = parser->input->cur;
    while (start > parser->input->base && start[-1] != '\n')
      start--;
    /* the word at the parser's place carries the caret */
    const char *at = (const char *)parser->input->cur;
    if (!*at || *at == '\n') /* behind the end of the line: the last word on it */
      while (at > (const char *)start && (!*at || strchr(" \t\r\n", *at) || !strchr(" \t<", at[-1])))
        at--;
    place.word = *at && *at != '\n' ? talloc_strndup(diag, at, 1 + strcspn(at + 1, " \t\r\n<>=")) : NULL;
    place.column = (unsigned)(at - (const char *)start) + 1;
    if (second_document(error, at)) {
      diag_error(diag, place, NULL,
                 "a second <domain> begins here, a file describes one guest; cut one of them out (virt-install "
                 "--print-xml prints two, for the installation and for later: --print-xml 2 prints the later one)");
      return;
    }
    diag_error(diag, place, NULL, "malformed XML at column %zu: %s",
               utf8_count((const char *)start, (size_t)(at - (const char *)start)) + 1, message);
    return;
  }
  diag_error(diag, place, NULL, "malformed XML: %s", message);
}

/* The parser's own channel gives its context, not ours. */
static void
on_sax_error(void *ctx, parse_error *error)
{
  on_parse_error(((xmlParserCtxt *)ctx)->_private, error);
}

static void
refuse_entity(void *ctx, const xmlChar *name, int type, const xmlChar *public_id, const xmlChar *system_id,
              xmlChar *content)
{
  (void)type, (void)public_id, (void)system_id, (void)content;
  xmlParserCtxt *parser = ctx;
  struct diag *diag = ((struct xml *)parser->_private)->diag;
  const struct place place = { parser->input->filename, (unsigned)parser->input->line, "<!ENTITY", 0 };
  diag_error(diag, place, NULL, "entity '%s' declared: entities are not expanded here; write their text instead",
             (const char *)name);
  xmlStopParser(parser);
}

static xmlParserInputPtr
no_external(const char *url, const char *id, xmlParserCtxtPtr parser)
{
  (void)url, (void)id, (void)parser;
  return NULL;
}

/* The parser's table of names has a fixed size before libxml2 2.12: a million of them take minutes. */
enum { MOST_NAMES = 65536 };

static void
start_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
              const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
  xmlParserCtxt *parser = ctx;
  struct diag *diag = ((struct xml *)parser->_private)->diag;
  if (xmlDictSize(parser->dict) > MOST_NAMES) {
    const struct place place = { parser->input->filename, (unsigned)parser->input->line, NULL, 0 };
    diag_error(diag, place, NULL, "more than 65,536 different names and words up to here, which no domain has");
    xmlStopParser(parser);
    return;
  }
  xml_spots_start_element(ctx, name, prefix, uri, n_namespaces, namespaces, n_attributes, n_defaulted, attributes);
}

xmlNode *
xml_read_memory(TALLOC_CTX *ctx, const char *name, const char *text, size_t length, struct diag *diag)
{
  struct place place = { .file = name };
  if (length == 0) {
    diag_error(diag, place, NULL, "is empty; give a domain's XML");
    return NULL;
  }
  const char *foreign = xml_foreign(diag, text, length), *crowded = xml_crowded(text, length, &place.line);
  if (foreign) {
    diag_error(diag, (struct place){ .file = name }, NULL, "is %s", foreign);
    return NULL;
  }
  diag_source(diag, name, text, length);
  if (crowded) {
    diag_error(diag, place, NULL, "%s", crowded);
    return NULL;
  }
  xmlSetExternalEntityLoader(no_external);
  xmlParserCtxt *parser = xmlCreateMemoryParserCtxt(text, (int)length);
  if (!parser) {
    diag_error(diag, place, NULL, "malformed XML: not text");
    return NULL;
  }
  unsigned errors = diag_errors(diag);
  struct xml *xml = talloc_zero(ctx, struct xml);
  xml->diag = diag;
  xml->file = talloc_strdup(xml, name);
  xml->spots.owner = xml;
  parser->_private = xml;
  xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_COMPACT);
  parser->sax->serror = on_sax_error;
  parser->userData = parser;
  parser->sax->entityDecl = refuse_entity;
  parser->sax->startElementNs = start_element;
  xmlSetStructuredErrorFunc(xml, on_parse_error);
  if (parser->input)
    parser->input->filename = (char *)xmlStrdup((const xmlChar *)name);
  xmlParseDocument(parser);
  xmlSetStructuredErrorFunc(NULL, NULL);
  xmlDoc *doc = parser->myDoc;
  bool well_formed = parser->wellFormed;
  xmlFreeParserCtxt(parser);
  xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
  if (!well_formed || !root || diag_errors(diag) > errors) {
    if (diag_errors(diag) == errors)
      diag_error(diag, place, NULL, "malformed XML");
    xmlFreeDoc(doc);
    talloc_free(xml);
    return NULL;
  }
  talloc_set_destructor(xml, xml_free);
  xml->doc = doc;
  doc->_private = xml;
  return root;
}

xmlNode *
xml_read(TALLOC_CTX *ctx, const char *file, struct diag *diag)
{
  bool standard_input = strcmp(file, "-") == 0;
  const char *name = standard_input ? "<stdin>" : file;
  struct place place = { .file = name };
  struct stat st;
  const char *wrong;
  int fd = standard_input ? STDIN_FILENO : input_open(file, &wrong);
  if (fd < 0) {
    diag_error(diag, place, NULL, "cannot open: %s", wrong);
    return NULL;
  }
  xmlNode *root = NULL;
  char *text = NULL;
  size_t length;
  if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
    diag_error(diag, place, NULL, "is a directory; give a file with a domain's XML");
  else if (read_all(fd, &text, &length, name, diag))
    root = xml_read_memory(ctx, name, text, length, diag);
  talloc_free(text);
  if (!standard_input)
    close(fd);
  return root;
}

/* --- looking --- */

static void
listen_to(xmlNode *parent, const char *name, bool attribute)
{
  struct xml *xml = xml_of(parent);
  if (!xml->listening)
    return;
  const char *parent_name = (const char *)parent->name;
  for (size_t i = 0; i < xml->n_asked; i++)
    if (xml->asked[i].attribute == attribute && str_eq(xml->asked[i].parent, parent_name) &&
        str_eq(xml->asked[i].name, name))
      return;
  xml->asked = ARRAY_ROOM(xml, xml->asked, struct asked, xml->n_asked);
  xml->asked[xml->n_asked++] = (struct asked){ parent_name, name, attribute };
}

/* The text below an attribute or element; the usual single text node is not copied. */
static const char *
text_below(xmlNode *first, xmlNode *owner)
{
  if (!first)
    return "";
  if (!first->next && (first->type == XML_TEXT_NODE || first->type == XML_CDATA_SECTION_NODE))
    return (const char *)first->content;
  xmlChar *text = xmlNodeGetContent(owner);
  char *copy = talloc_strdup(xml_of(owner), text ? (const char *)text : "");
  xmlFree(text);
  return copy;
}

const char *
xml_attr(xmlNode *node, const char *name)
{
  listen_to(node, name, true);
  for (xmlAttr *attr = node->properties; attr; attr = attr->next) {
    if (attr->ns || strcmp((const char *)attr->name, name) != 0)
      continue;
    attr->_private = &xml_read_mark;
    return text_below(attr->children, (xmlNode *)attr);
  }
  return NULL;
}

/* Of no namespace where NS is NULL. */
static xmlNode *
look_for(xmlNode *node, const char *ns, const char *name)
{
  /* the parser keeps each name once: one that is nowhere in the document need not be looked for here */
  const xmlChar *known = node && name ? xmlDictExists(node->doc->dict, (const xmlChar *)name, -1) : NULL;
  if (name && !known)
    return NULL;
  for (; node; node = node->next) {
    if (node->type != XML_ELEMENT_NODE || (known && node->name != known))
      continue;
    if (ns ? node->ns && str_eq((const char *)node->ns->href, ns) : !node->ns || !node->ns->prefix)
      return node;
  }
  return NULL;
}

static xmlNode *
find_element(xmlNode *node, const char *ns, const char *name)
{
  xmlNode *found = look_for(node, ns, name);
  if (found && !found->_private)
    found->_private = &xml_read_mark;
  return found;
}

xmlNode *
xml_child(xmlNode *node, const char *name)
{
  if (name)
    listen_to(node, name, false);
  return find_element(node->children, NULL, name);
}

xmlNode *
xml_next(xmlNode *child, const char *name)
{
  return find_element(child->next, NULL, name);
}

xmlNode *
xml_child_ns(xmlNode *node, const char *ns, const char *name)
{
  return find_element(node->children, ns, name);
}

xmlNode *
xml_next_ns(xmlNode *child, const char *ns, const char *name)
{
  return find_element(child->next, ns, name);
}

/* The text of an element as it stands, blanks and all. */
static const char *
raw_text(xmlNode *node)
{
  node->_private = &xml_text_mark;
  return text_below(node->children, node);
}

const char *
xml_text(xmlNode *node)
{
  const char *text = raw_text(node);
  const char *blanks = " \t\r\n";
  const char *start = text + strspn(text, blanks);
  size_t length = strlen(start);
  while (length && strchr(blanks, start[length - 1]))
    length--;
  return start[length] ? talloc_strndup(xml_of(node), start, length) : start;
}

const char *
xml_get(xmlNode *node, const char *path, xmlNode **where)
{
  for (;;) {
    if (where)
      *where = node;
    if (*path == '@')
      return xml_attr(node, path + 1);
    if (strcmp(path, "text()") == 0)
      return xml_text(node);
    if (strcmp(path, "raw()") == 0)
      return raw_text(node);
    size_t length = strcspn(path, "/");
    char name[64];
    assert(length < sizeof(name));
    memcpy(name, path, length);
    name[length] = '\0';
    /* a name to remember must outlive this call */
    if (xml_of(node)->listening)
      listen_to(node, talloc_strdup(xml_of(node), name), false);
    xmlNode *child = find_element(node->children, NULL, name);
    if (!child)
      return NULL;
    node = child;
    path += length;
    if (!*path) {
      if (where)
        *where = node;
      return "";
    }
    path++;
  }
}

void
xml_mark(xmlNode *node, bool read)
{
  node->_private = read ? &xml_read_mark : NULL;
}

void
xml_skip(xmlNode *node)
{
  node->_private = &xml_text_mark;
  for (xmlAttr *attr = node->properties; attr; attr = attr->next)
    attr->_private = &xml_read_mark;
  for (xmlNode *child = node->children; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE)
      xml_skip(child);
}

void
xml_skip_all(xmlNode *node, const char *name)
{
  xml_each(child, node, name) xml_skip(child);
}

/* Moves the attributes and children of LATER to FIRST. */
static void
absorb(xmlNode *first, xmlNode *later)
{
  for (xmlAttr *attr = later->properties; attr; attr = attr->next) {
    xmlChar *value = xmlNodeListGetString(first->doc, attr->children, 1);
    xmlSetProp(first, attr->name, value ? value : (const xmlChar *)"");
    xmlFree(value);
  }
  for (xmlNode *child = later->children, *next; child; child = next) {
    next = child->next;
    xmlUnlinkNode(child);
    xmlAddChild(first, child);
  }
  xmlUnlinkNode(later);
  xmlFreeNode(later);
}

void
xml_fold(xmlNode *node, const char *name)
{
  for (xmlNode *first = look_for(node->children, NULL, name); first; first = look_for(first->next, NULL, name)) {
    xmlNode *later = look_for(first->next, NULL, (const char *)first->name);
    bool folded = later != NULL;
    for (xmlNode *behind; later; later = look_for(behind, NULL, (const char *)first->name)) {
      behind = later->next;
      absorb(first, later);
    }
    if (folded)
      xml_fold(first, NULL);
  }
}

/* --- what was refused --- */

enum { MOST_REFUSED = 1000 }; /* behind so many one may be reported twice */

void
xml_refuse(xmlNode *node, const char *name)
{
  struct xml *xml = xml_of(node);
  if (xml->n_refused == MOST_REFUSED)
    return;
  xml->refused = ARRAY_ROOM(xml, xml->refused, struct refused, xml->n_refused);
  xml->refused[xml->n_refused++] = (struct refused){ node, talloc_strdup(xml, name) };
}

/* The way from FROM to what was refused, with a slash behind each step; NULL: it is not in FROM. */
static const char *
way_to(TALLOC_CTX *ctx, const xmlNode *from, const struct refused *refused)
{
  char *way = refused->name ? talloc_asprintf(ctx, "%s/", refused->name) : talloc_strdup(ctx, "");
  const xmlNode *node = refused->node;
  for (; node && node != from; node = node->parent)
    way = talloc_asprintf(ctx, "%s/%s", (const char *)node->name, way);
  return node ? way : NULL;
}

bool
xml_refused(const xmlNode *node, const char *path)
{
  const struct xml *xml = xml_of(node);
  TALLOC_CTX *scratch = talloc_new(NULL);
  const char *begin = talloc_asprintf(scratch, "%s/", path);
  bool found = false;
  for (size_t i = 0; i < xml->n_refused && !found; i++)
    found = str_starts(way_to(scratch, node, &xml->refused[i]), begin);
  talloc_free(scratch);
  return found;
}

struct place
xml_place(xmlNode *node, const char *word)
{
  if (!node)
    return (struct place){ 0 };
  struct spot spot = xml_spot(node, word);
  return (struct place){
    .file = xml_of(node)->file, .line = spot.line, .column = spot.column, .word = word ? word : (const char *)node->name
  };
}

struct place
xml_place_of(xmlNode *node, const char *path)
{
  xmlNode *where;
  const char *word = xml_get(node, path, &where);
  return xml_place(where, word);
}

struct place
xml_place_at(xmlNode *node, const char *path)
{
  xmlNode *where;
  if (str_eq(path, "."))
    return xml_place(node, NULL);
  const char *attribute = strrchr(path, '@'), *value = xml_get(node, path, &where);
  return xml_place(where, value && attribute ? attribute + 1 : NULL);
}
