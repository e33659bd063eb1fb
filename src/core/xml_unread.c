/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml_unread.c - what of a document nobody has looked at, and what may have been meant */

#include "core/xml_internal.h"
#include "core/names.h"

static bool
is_among(const char *const *names, size_t n, const xmlChar *name)
{
  return name_find(names, n, (const char *)name) >= 0;
}

void
xml_idle(xmlNode *node, const char *const *names, size_t n_names, const char *what, const char *subject,
         struct diag *diag)
{
  const char *element = (const char *)node->name;
  for (xmlAttr *attr = node->properties; attr; attr = attr->next) {
    if (attr->_private || attr->ns || !is_among(names, n_names, attr->name))
      continue;
    attr->_private = &xml_read_mark;
    diag_warning(diag, xml_place(node, (const char *)attr->name), subject, "'%s' of <%s> means nothing to %s",
                 (const char *)attr->name, element, what);
  }
  for (xmlNode *child = node->children; child; child = child->next) {
    if (child->type != XML_ELEMENT_NODE || child->_private || !is_among(names, n_names, child->name))
      continue;
    diag_warning(diag, xml_place(child, NULL), subject, "<%s> in <%s> means nothing to %s", (const char *)child->name,
                 element, what);
    xml_skip(child);
  }
}

/* Words in an element that nobody looked for there; NULL: none. */
static const char *
stray_text(const xmlNode *node)
{
  const char *blanks = " \t\r\n";
  for (const xmlNode *child = node->children; child && node->_private != &xml_text_mark; child = child->next) {
    const char *text = (const char *)child->content;
    if ((child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) && text[strspn(text, blanks)])
      return text + strspn(text, blanks);
  }
  return NULL;
}

static bool
any_unread(const xmlNode *node)
{
  if (!node->_private || stray_text(node))
    return true;
  for (const xmlAttr *attr = node->properties; attr; attr = attr->next)
    if (!attr->_private)
      return true;
  for (const xmlNode *child = node->children; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE && any_unread(child))
      return true;
  return false;
}

static const char *
search_suggestion(xmlNode *parent, const char *name, bool attribute)
{
  struct xml *xml = xml_of(parent);
  const char **names = talloc_array(xml, const char *, xml->n_asked + 1);
  size_t n = 0;
  for (size_t i = 0; i < xml->n_asked; i++)
    if (xml->asked[i].attribute == attribute && xml->asked[i].parent == (const char *)parent->name)
      names[n++] = xml->asked[i].name;
  /* asked for elsewhere, under an element of the same name: known, but not here */
  bool elsewhere = name_find(names, n, name) >= 0;
  const char *nearest = name_nearest(names, n, name);
  talloc_free(names);
  if (elsewhere)
    return "it has no effect here";
  /* a word of a newer libvirt's is often like one that is known: <iommufd> and <iommu> */
  if (!nearest || (strcmp(nearest, name) != 0 && !name_is_slip(nearest, name)))
    return "not known to this version, it has no effect";
  /* known beside other attributes than these */
  return strcmp(nearest, name) == 0 ? "it has no effect here" : talloc_asprintf(xml, "did you mean '%s'?", nearest);
}

/* The search takes its time, and who wrote ten thousand different unknown words did not mistype them. */
enum { MOST_SUGGESTIONS = 10000 };

static const char *
suggestion(xmlNode *parent, const char *name, bool attribute)
{
  struct xml *xml = xml_of(parent);
  struct suggestion *known;
  char *question = talloc_asprintf(xml, "%s%s%s", (const char *)parent->name, attribute ? "@" : "/", name);
  HASH_FIND_STR(xml->suggestions, question, known);
  if (known || HASH_COUNT(xml->suggestions) >= MOST_SUGGESTIONS) {
    talloc_free(question);
    return known ? known->text : "it has no effect";
  }
  known = talloc_zero(xml, struct suggestion);
  known->question = question;
  known->text = search_suggestion(parent, name, attribute);
  HASH_ADD_KEYPTR(hh, xml->suggestions, known->question, strlen(known->question), known);
  return known->text;
}

/* The first element of each name that was read, of those below one parent. */
struct sort {
  const xmlNode *first;
  UT_hash_handle hh;
};

static const xmlNode *
first_of_its_sort(struct sort *sorts, const xmlNode *node)
{
  struct sort *sort;
  HASH_FIND_STR(sorts, (const char *)node->name, sort);
  return sort ? sort->first : NULL;
}

static void
remember_sort(TALLOC_CTX *ctx, struct sort **sorts, const xmlNode *node)
{
  if (first_of_its_sort(*sorts, node))
    return;
  struct sort *sort = talloc_zero(ctx, struct sort);
  sort->first = node;
  HASH_ADD_KEYPTR(hh, *sorts, (const char *)node->name, strlen((const char *)node->name), sort);
}

/* The remedy for NODE, or for ATTRIBUTE of it, that nobody reads. */
static const char *
advice_on(xmlNode *node, const char *attribute, const struct xml_reader *reader)
{
  const char *advice = reader->advice ? reader->advice(node, attribute, reader->arg) : NULL;
  if (advice)
    return advice;
  return attribute ? suggestion(node, attribute, true) : suggestion(node->parent, (const char *)node->name, false);
}

static void
report_unread_element(xmlNode *node, const xmlNode *first, struct diag *diag, const struct xml_reader *reader)
{
  const char *subject = reader->subject(node, reader->arg);
  const char *name = (const char *)node->name, *parent = (const char *)node->parent->name;
  const char *advice = advice_on(node, NULL, reader);
  if (first) /* of its sort, there is one */
    diag_unknown(diag, xml_place(node, NULL), subject, "a second <%s> in <%s>: only the first (line %ld) counts", name,
                 parent, xmlGetLineNo(first));
  else if (reader->is_vital(node, reader->arg))
    diag_missed(diag, xml_place(node, NULL), subject, "unknown element <%s> in <%s>: %s", name, parent, advice);
  else
    diag_unknown(diag, xml_place(node, NULL), subject, "unknown element <%s> in <%s>: %s", name, parent, advice);
}

/* The attribute that elements like NODE, of no children, say in a word what they are; NULL: they have none. */
static const char *
telling_attribute(const xmlNode *node)
{
  static const char *const telling[] = { "type", "name", "model", "value", "dev" };
  const struct xml *xml = xml_of(node);
  for (const xmlNode *child = node->children; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE)
      return NULL;
  for (size_t t = 0; t < ARRAY_SIZE(telling); t++)
    for (size_t i = 0; i < xml->n_asked; i++)
      if (xml->asked[i].attribute && str_eq(xml->asked[i].parent, (const char *)node->name) &&
          str_eq(xml->asked[i].name, telling[t]))
        return xmlHasProp(node, (const xmlChar *)telling[t]) ? NULL : telling[t];
  return NULL;
}

static void
report_stray_text(xmlNode *node, struct diag *diag, const struct xml_reader *reader)
{
  const char *text = stray_text(node), *name = (const char *)node->name;
  if (!text)
    return;
  const char *word = talloc_strndup(xml_of(node), text, strcspn(text, " \t\r\n"));
  const char *attribute = telling_attribute(node);
  const char *subject = reader->subject(node, reader->arg);
  if (attribute)
    diag_unknown(diag, xml_place(node, word), subject,
                 "text '%s' in <%s>: it has no effect; did you mean <%s %s='%s'/>?", word, name, name, attribute, word);
  else
    diag_unknown(diag, xml_place(node, word), subject, "text '%s' in <%s>: it has no effect; drop it", word, name);
}

static void
report_below(xmlNode *node, struct diag *diag, const struct xml_reader *reader)
{
  for (xmlAttr *attr = node->properties; attr; attr = attr->next) {
    if (attr->_private)
      continue;
    const char *name = (const char *)attr->name, *advice = advice_on(node, name, reader);
    diag_unknown(diag, xml_place(node, name), reader->subject(node, reader->arg), "unknown attribute '%s' of <%s>: %s",
                 name, (const char *)node->name, advice);
  }
  report_stray_text(node, diag, reader);
  TALLOC_CTX *ctx = talloc_new(NULL);
  struct sort *sorts = NULL;
  for (xmlNode *child = node->children; child; child = child->next) {
    if (child->type != XML_ELEMENT_NODE)
      continue;
    if (!child->_private) {
      report_unread_element(child, first_of_its_sort(sorts, child), diag, reader);
      continue;
    }
    remember_sort(ctx, &sorts, child);
    report_below(child, diag, reader);
  }
  HASH_CLEAR(hh, sorts);
  talloc_free(ctx);
}

void
xml_report_unread(xmlNode *root, struct diag *diag, const struct xml_reader *reader)
{
  if (!any_unread(root))
    return;
  xml_of(root)->listening = true;
  reader->reread(reader->arg);
  xml_of(root)->listening = false;
  report_below(root, diag, reader);
}
