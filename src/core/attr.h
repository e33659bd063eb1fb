/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/attr.h - tables of attributes: what has only a type and a destination is a row */

/* A row says where a value stands in the XML (a path from the element: "@model", "rate/@bytes",
 * "backend/text()", "raw()" for text with its blanks, "." for the element itself), what it may be, and which member of a struct takes
 * it. What is absent leaves the member as it is (zero: not given). Reading reports every wrong value
 * by line.
 *
 * A row may also stand for a table: of an element that a struct inside the struct takes (STRUCT), of
 * an element that stands any number of times (LIST), or one of several, by an enum that an earlier row
 * has read (CHOICE). SEE reads nothing: it says that code reads TABLE from there, where the table alone
 * cannot tell whether. Whoever walks the tables (domain/attr_walk.h) so finds every attribute.
 *
 * RULE reads nothing either: it says for the grammar what code refuses of the form, or does not look at, where a row
 * of its own cannot. Of what is at PATH:
 *   ATTR_NEVER(path)            it must not be there
 *   ATTR_NEEDED(path)           it must be there
 *   ATTR_NEEDED_HERE(path)      it must be there where its element is
 *   ATTR_UNREAD(path)           it may be missing, or be anything: the row that reads it is passed over
 *   ATTR_IF(path, word, table)  the rules of TABLE hold where WORD is the value; NULL: where nothing is there;
 *                               ATTR_ANY_WORD: where anything is
 *
 * Rows are also what manual and grammar are made of: .doc, .dflt, .unit, .names, .min, .max, .needs. */

#ifndef CORE_ATTR_H
#define CORE_ATTR_H

#include "core/xml.h"

enum attr_type {
  ATTR_T_STRING,  /* const char * */
  ATTR_T_UINT,    /* uint8_t .. uint64_t, by width: decimal, 0x hex */
  ATTR_T_NUM,     /* struct num */
  ATTR_T_INT,     /* int32_t or int64_t, by width */
  ATTR_T_YESNO,   /* enum tristate: yes, no */
  ATTR_T_ONOFF,   /* enum tristate: on, off */
  ATTR_T_ENUM,    /* an enum whose spelling is .names */
  ATTR_T_SIZE,    /* uint64_t bytes; the element's @unit, default .unit ("bytes", "KiB") */
  ATTR_T_PRESENT, /* bool: the element or attribute is there */
  ATTR_T_WORD,    /* any type: .parse understands the text, .unit says what it is ("MAC address") */
  ATTR_T_NODE,    /* xmlNode *: the element */
  ATTR_T_REFUSED, /* nothing: known, and never taken: .why */
  ATTR_T_QUIET,   /* nothing: known, and without bearing on QEMU; of an element: all below it too */
  ATTR_T_STRUCT,  /* a struct inside the struct: .table */
  ATTR_T_LIST,    /* a pointer to structs of .width bytes, as many as .count says: .table */
  ATTR_T_CHOICE,  /* the same struct: .tables, by the enum of .width bytes that was read before; NULL: nothing */
  ATTR_T_SEE,     /* nothing; code reads .table there */
  ATTR_T_RULE,    /* nothing; says what code refuses: .rule */
};

enum attr_rule { ATTR_RULE_IF, ATTR_RULE_NEVER, ATTR_RULE_NEEDED, ATTR_RULE_UNREAD };

/* Says that a row's value is only known to some QEMUs; see qemu/features.h. 0: to all. */
typedef int attr_feature;

struct attr;
struct meaning; /* core/names.h */

/* One of several tables, for a SEE whose tables are listed elsewhere: WORD is what brings it. */
struct attr_case {
  const char *word;
  const struct attr *table;
};

struct attr {
  const char *path;
  enum attr_type type;
  size_t offset;
  size_t width;
  bool required;
  bool required_here; /* where the element that holds it is there */
  bool zero_ok;       /* UINT with .min: 0 is fine too */
  bool empty_ok;      /* STRING: "" is a value; else it is refused */
  bool empty_none;    /* "" is as good as nothing, as libvirt has it of what it finds by XPath */
  bool hex;           /* UINT, NUM: base 16, with 0x before it or without */
  uint64_t min;       /* of an INT: may be a negative number, cast */
  uint64_t max;       /* 0: what the type holds */
  const char *unit;   /* of the value, for messages; of a SIZE without @unit */
  const char *const *names;
  size_t n_names;
  const struct meaning *meant; /* ENUM: words that people write for others; NULL: none */
  attr_feature needs;
  const char *doc;     /* one sentence: what a person wants it for */
  const char *dflt;    /* what holds where it is absent, or what decides that; HACKING, "The manual", has the words */
  const char *why;     /* of its range or words, behind a complaint; NULL: nothing */
  const char *missing; /* what is said where it is required, but absent or empty; NULL: the usual words */

  /* Where code, which knows more than the row, wants it: "with type bridge", "unless a name is given". */
  const char *required_where;

  /* STRING, WORD: what of text is taken, as XML Schema writes patterns, for the grammar; NULL: .unit tells, or all is.
   * Code looks at the text itself, and may be stricter than a pattern can be. */
  const char *pattern;

  /* WORD: *MEMBER from TEXT. NULL, or what TEXT should be ("must be ..."). */
  const char *(*parse)(TALLOC_CTX *ctx, const char *text, void *member);

  enum tristate bare; /* ONOFF, YESNO: what it is where the element is there, but not the attribute */
  size_t given;       /* ATTR_AT() a bool that becomes true; 0: none */
  size_t place;       /* ATTR_AT() a struct place that becomes the value's */
  bool many;          /* SEE: the element stands any number of times */
  bool sure;          /* SEE: where the element is there, the table is read, whatever code decides above it */
  bool hollow;        /* SEE: the element may stand there empty, and then means "none" */
  bool keep;          /* LIST: what is wrong stays among the items, for rules that can look at it */
  size_t count;       /* LIST: offset of a size_t */
  enum attr_rule rule;
  const struct attr *table;
  const struct attr *const *tables;
  bool (*cases)(size_t i, struct attr_case *found); /* SEE: the I-th of several; false: no more */
};

/* The member's type is checked by the compiler: a pointer to it must be the expected one. */
#define ATTR_OFFSET(type, member, expected) (offsetof(type, member) + 0 * sizeof(&((type *)0)->member == (expected *)0))
#define ATTR_WIDTH(type, member) sizeof(((type *)0)->member)

/* For .given and .place. */
#define ATTR_AT(type, member, expected) (ATTR_OFFSET(type, member, expected) + 1)

/* The offset of a row whose value is looked at, but kept nowhere. */
#define ATTR_NOWHERE SIZE_MAX

#define ATTR_STRING(path_, type_, member, ...) \
  { \
    .path = path_, .type = ATTR_T_STRING, .offset = ATTR_OFFSET(type_, member, const char *), ##__VA_ARGS__ \
  }
#define ATTR_UINT(path_, type_, member, ...) \
  { \
    .path = path_, .type = ATTR_T_UINT, .offset = offsetof(type_, member), .width = ATTR_WIDTH(type_, member), \
    ##__VA_ARGS__ \
  }
#define ATTR_NUM(path_, type_, member, ...) \
  { \
    .path = path_, .type = ATTR_T_NUM, .offset = ATTR_OFFSET(type_, member, struct num), ##__VA_ARGS__ \
  }
#define ATTR_INT(path_, type_, member, ...) \
  { \
    .path = path_, .type = ATTR_T_INT, .offset = offsetof(type_, member), .width = ATTR_WIDTH(type_, member), \
    ##__VA_ARGS__ \
  }
#define ATTR_YESNO(path_, type_, member, ...) \
  { \
    .path = path_, .type = ATTR_T_YESNO, .offset = ATTR_OFFSET(type_, member, enum tristate), ##__VA_ARGS__ \
  }
#define ATTR_ONOFF(path_, type_, member, ...) \
  { \
    .path = path_, .type = ATTR_T_ONOFF, .offset = ATTR_OFFSET(type_, member, enum tristate), ##__VA_ARGS__ \
  }
#define ATTR_ENUM(path_, type_, member, names_, ...) \
  { \
    .path = path_, .type = ATTR_T_ENUM, .offset = offsetof(type_, member), .width = ATTR_WIDTH(type_, member), \
    .names = names_, .n_names = ARRAY_SIZE(names_), ##__VA_ARGS__ \
  }
#define ATTR_SIZE(path_, type_, member, unit_, ...) \
  { \
    .path = path_, .type = ATTR_T_SIZE, .offset = ATTR_OFFSET(type_, member, uint64_t), .unit = unit_, ##__VA_ARGS__ \
  }
#define ATTR_PRESENT(path_, type_, member, ...) \
  { \
    .path = path_, .type = ATTR_T_PRESENT, .offset = ATTR_OFFSET(type_, member, bool), ##__VA_ARGS__ \
  }
#define ATTR_WORD(path_, type_, member, parse_, what_, ...) \
  { \
    .path = path_, .type = ATTR_T_WORD, .offset = offsetof(type_, member), .parse = parse_, .unit = what_, \
    ##__VA_ARGS__ \
  }
#define ATTR_NODE(path_, type_, member, ...) \
  { \
    .path = path_, .type = ATTR_T_NODE, .offset = ATTR_OFFSET(type_, member, xmlNode *), ##__VA_ARGS__ \
  }
/* Where the element itself stands. */
#define ATTR_PLACE(type_, member) \
  { \
    .path = ".", .type = ATTR_T_QUIET, .offset = ATTR_NOWHERE, .place = ATTR_AT(type_, member, struct place) \
  }
/* Values that must be right, though nothing of QEMU's hangs on them. */
#define ATTR_ENUM_ONLY(path_, names_, ...) \
  { \
    .path = path_, .type = ATTR_T_ENUM, .offset = ATTR_NOWHERE, .width = sizeof(int), .names = names_, \
    .n_names = ARRAY_SIZE(names_), ##__VA_ARGS__ \
  }
#define ATTR_YESNO_ONLY(path_, ...) \
  { \
    .path = path_, .type = ATTR_T_YESNO, .offset = ATTR_NOWHERE, ##__VA_ARGS__ \
  }
#define ATTR_UINT_ONLY(path_, ...) \
  { \
    .path = path_, .type = ATTR_T_UINT, .offset = ATTR_NOWHERE, .width = sizeof(uint64_t), ##__VA_ARGS__ \
  }
#define ATTR_SIZE_ONLY(path_, unit_, ...) \
  { \
    .path = path_, .type = ATTR_T_SIZE, .offset = ATTR_NOWHERE, .unit = unit_, ##__VA_ARGS__ \
  }
#define ATTR_PRESENT_ONLY(path_, ...) \
  { \
    .path = path_, .type = ATTR_T_PRESENT, .offset = ATTR_NOWHERE, ##__VA_ARGS__ \
  }
#define ATTR_REFUSED(path_, why_, ...) \
  { \
    .path = path_, .type = ATTR_T_REFUSED, .offset = ATTR_NOWHERE, .why = why_, ##__VA_ARGS__ \
  }
#define ATTR_QUIET(path_, ...) \
  { \
    .path = path_, .type = ATTR_T_QUIET, .offset = ATTR_NOWHERE, ##__VA_ARGS__ \
  }
#define ATTR_STRUCT(path_, type_, member, table_, ...) \
  { \
    .path = path_, .type = ATTR_T_STRUCT, .offset = offsetof(type_, member), .table = table_, ##__VA_ARGS__ \
  }
/* MEMBER is an ITEM *, COUNT_ the size_t beside it; the array is a talloc child of the document. */
#define ATTR_LIST(path_, type_, member, count_, item_, table_, ...) \
  { \
    .path = path_, .type = ATTR_T_LIST, .offset = ATTR_OFFSET(type_, member, item_ *), .width = sizeof(item_), \
    .count = ATTR_OFFSET(type_, count_, size_t), .table = table_, ##__VA_ARGS__ \
  }
#define ATTR_CHOICE(path_, type_, member, names_, tables_, ...) \
  { \
    .path = path_, .type = ATTR_T_CHOICE, .offset = offsetof(type_, member), .width = ATTR_WIDTH(type_, member), \
    .names = names_, .n_names = ARRAY_SIZE(tables_), .tables = tables_, ##__VA_ARGS__ \
  }
/* The rows of another table of the same struct. */
#define ATTR_TABLE(table_) \
  { \
    .path = ".", .type = ATTR_T_STRUCT, .table = table_ \
  }
#define ATTR_SEE(path_, table_, ...) \
  { \
    .path = path_, .type = ATTR_T_SEE, .offset = ATTR_NOWHERE, .table = table_, ##__VA_ARGS__ \
  }
/* The same where one of several tables is read, by the enum or word at PATH. */
#define ATTR_SEE_BY(path_, names_, tables_, ...) \
  { \
    .path = path_, .type = ATTR_T_SEE, .offset = ATTR_NOWHERE, .names = names_, .tables = tables_, \
    .n_names = ARRAY_SIZE(tables_), ##__VA_ARGS__ \
  }
#define ATTR_ANY_WORD "*"
#define ATTR_IF(path_, word_, table_) \
  { \
    .path = path_, .type = ATTR_T_RULE, .rule = ATTR_RULE_IF, .offset = ATTR_NOWHERE, .unit = word_, .table = table_ \
  }
#define ATTR_NEVER(path_) \
  { \
    .path = path_, .type = ATTR_T_RULE, .rule = ATTR_RULE_NEVER, .offset = ATTR_NOWHERE \
  }
#define ATTR_UNREAD(path_) \
  { \
    .path = path_, .type = ATTR_T_RULE, .rule = ATTR_RULE_UNREAD, .offset = ATTR_NOWHERE \
  }
#define ATTR_NEEDED_HERE(path_) \
  { \
    .path = path_, .type = ATTR_T_RULE, .rule = ATTR_RULE_NEEDED, .offset = ATTR_NOWHERE, .required_here = true \
  }
#define ATTR_NEEDED(path_) \
  { \
    .path = path_, .type = ATTR_T_RULE, .rule = ATTR_RULE_NEEDED, .offset = ATTR_NOWHERE, .required = true \
  }
#define ATTR_END \
  { \
    .path = NULL \
  }

/* Reads every row of TABLE from NODE into the struct at BASE. Strings live as long as the document.
 * SUBJECT is named in messages. False if anything was wrong (all of it is reported). */
bool attr_read(const struct attr *table, xmlNode *node, void *base, const char *subject, struct diag *diag);

/* Calls SAY for each row that has a feature to need and is given in NODE. BASE as it was read. */
void attr_each_need(const struct attr *table, xmlNode *node, const void *base,
                    void (*say)(const struct attr *row, xmlNode *where, void *arg), void *arg);

/* Single values, for rows' .parse. Text is decimal or 0x hex, without sign or blanks. */
bool parse_uint(const char *text, uint64_t *value);
bool parse_int(const char *text, int64_t *value);

/* Bytes of VALUE units ("KiB", "MB", "bytes", "k", ...: libvirt's scaled integers).
 * False: unknown unit or more than 2^63-1 bytes. */
bool parse_size(uint64_t value, const char *unit, uint64_t *bytes);

/* Refuses each child element of NODE that is none of NAMES, with the nearest of them: for where an
 * element that goes unread would change what the guest is. */
void refuse_unknown(xmlNode *node, const char *const *names, size_t n_names, struct diag *diag);

#endif
