/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml.h - the edge to XML: a document comes in, is read, and what nobody read is reported */

/* The only room that lets libxml2 parse. No network, no external entities, no entity declarations
 * at all, a documented size limit. Whoever looks at an attribute or element marks it as read;
 * xml_report_unread() tells the user of the rest. A namespaced element or attribute is found only
 * by the functions that take a namespace. */

#ifndef CORE_XML_H
#define CORE_XML_H

#include "core/diag.h"

#include <libxml/tree.h>

#define XML_SIZE_LIMIT MIB(16)

/* libvirt's name space for what is said to QEMU directly. */
#define XML_QEMU_NS "http://libvirt.org/schemas/domain/qemu/1.0"

/* Reads FILE ("-": standard input) to its root element. The document is a talloc child of CTX.
 * NULL after an error was reported: unreadable, too large, malformed, declares entities. */
xmlNode *xml_read(TALLOC_CTX *ctx, const char *file, struct diag *diag);

/* The same for text in memory; NAME stands for it in messages. */
xmlNode *xml_read_memory(TALLOC_CTX *ctx, const char *name, const char *text, size_t length, struct diag *diag);

/* The value of an attribute, NULL: not there. Lives as long as the document. */
const char *xml_attr(xmlNode *node, const char *name);

/* The first child element NAME (NULL: any name), and the next one after CHILD. NULL: none.
 * Takes CHILD's own name again where NAME is equal. */
xmlNode *xml_child(xmlNode *node, const char *name);
xmlNode *xml_next(xmlNode *child, const char *name);
#define xml_each(child, node, name) for (xmlNode *child = xml_child(node, name); child; child = xml_next(child, name))

/* A child element of NAMESPACE ("http://libvirt.org/schemas/domain/qemu/1.0"). */
xmlNode *xml_child_ns(xmlNode *node, const char *ns, const char *name);
xmlNode *xml_next_ns(xmlNode *child, const char *ns, const char *name);

/* The text of an element without the blanks around it; "" where empty. Lives as long as the document. */
const char *xml_text(xmlNode *node);

/* Walks PATH, "a/b", "@c" or "a/b/@c", "a/text()", "a/raw()" from NODE. The value, NULL: not there.
 * WHERE, where not NULL, becomes the element that holds it or, missing, the last one that is there. */
const char *xml_get(xmlNode *node, const char *path, xmlNode **where);

/* Is it given? What is known of it then is a table's affair (core/attr.h). */
static inline bool
xml_has(xmlNode *node, const char *path)
{
  return xml_get(node, path, NULL) != NULL;
}

/* A context for memory that lives as long as NODE's document. */
TALLOC_CTX *xml_memory(const xmlNode *node);

/* NODE itself, not what is in it, counts as READ or as not yet looked at. */
void xml_mark(xmlNode *node, bool read);

/* NODE and all below it is known and has no bearing on QEMU. */
void xml_skip(xmlNode *node);

/* xml_skip() for each child NAME of NODE. */
void xml_skip_all(xmlNode *node, const char *name);

/* Elements of one name among NODE's children become the first of them: what a later one says holds,
 * and so on below. Before anything of them is read. NAME: only those; NULL: all. */
void xml_fold(xmlNode *node, const char *name);

/* NAMES are attributes and children that elements like NODE can have. Those that are there, but that
 * nobody has looked at so far, are reported: they mean nothing to WHAT ("type 'unix'"). */
void xml_idle(xmlNode *node, const char *const *names, size_t n_names, const char *what, const char *subject,
              struct diag *diag);

/* Remembers that NAME of NODE ("@type"; NULL: all of NODE) was refused, with its report. */
void xml_refuse(xmlNode *node, const char *name);

/* Was anything refused at PATH from NODE ("features/smm", "@type"), or below? A rule that asks for what stands there
 * has nothing to add: the second error would go with the first. */
bool xml_refused(const xmlNode *node, const char *path);

/* Where NODE stands (NULL: nowhere); WORD as in struct place, NULL: the element's name. */
struct place xml_place(xmlNode *node, const char *word);

/* Where PATH (as with xml_get()) is given in NODE, or what of it is there. */
struct place xml_place_of(xmlNode *node, const char *path);

/* Where the element or attribute that PATH (as with xml_get()) leads to begins, or what of it is there. */
struct place xml_place_at(xmlNode *node, const char *path);

/* Questions about a document that only the code which read it can answer. ARG goes to each call. */
struct xml_reader {
  const char *(*subject)(xmlNode *node, void *arg); /* the device that NODE belongs to, NULL: none */
  bool (*is_vital)(const xmlNode *node, void *arg); /* is a guest without element NODE another guest? */
  void (*reread)(void *arg);                        /* reads it again, with no effect but on marks */
  /* what to do with an element, or ATTRIBUTE of one, that was not looked at; NULL, or no hook: the nearest
   * name is told */
  const char *(*advice)(xmlNode *node, const char *attribute, void *arg);
  void *arg;
};

/* Reports each element, attribute and text below ROOT that was not looked at. The nearest name that
 * somebody asked for at that place is suggested. */
void xml_report_unread(xmlNode *root, struct diag *diag, const struct xml_reader *reader);

#endif
