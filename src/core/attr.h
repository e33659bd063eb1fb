/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/attr.h - tables of attributes: what has only a type and a destination is a row */

/* A row says where a value stands in the XML (a path from the element: "@model", "rate/@bytes",
 * "backend/text()"), what it may be, and which member of a struct takes it. What is absent leaves
 * the member as it is (zero: not given). Reading reports every wrong value by line. */

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
  ATTR_T_PRESENT, /* bool: the element is there */
};

/* Says that a row's value is only known to some QEMUs; see qemu/features.h. 0: to all. */
typedef int attr_feature;

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
  attr_feature needs;
};

/* The member's type is checked by the compiler: a pointer to it must be the expected one. */
#define ATTR_OFFSET(type, member, expected) (offsetof(type, member) + 0 * sizeof(&((type *)0)->member == (expected *)0))
#define ATTR_WIDTH(type, member) sizeof(((type *)0)->member)

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
#define ATTR_END \
  { \
    .path = NULL \
  }

/* Reads every row of TABLE from NODE into the struct at BASE. Strings live as long as the document.
 * SUBJECT is named in messages. False if anything was wrong (all of it is reported). */
bool attr_read(const struct attr *table, xmlNode *node, void *base, const char *subject, struct diag *diag);

/* Calls SAY for each row that has a feature to need and is given in NODE. */
void attr_each_need(const struct attr *table, xmlNode *node,
                    void (*say)(const struct attr *row, xmlNode *where, void *arg), void *arg);

/* Single values, for code that reads by hand. Text is decimal or 0x hex, without sign or blanks. */
bool parse_uint(const char *text, uint64_t *value);
bool parse_int(const char *text, int64_t *value);

/* Bytes of VALUE units ("KiB", "MB", "bytes", "k", ...: libvirt's scaled integers).
 * False: unknown unit or more than 2^63-1 bytes. */
bool parse_size(uint64_t value, const char *unit, uint64_t *bytes);

/* Reads a PATH of NODE as an unsigned number / size / yes-no / on-off / enum word with the same
 * messages as a table row. False: wrong (reported). Absent, or an element without text that should
 * hold a number: true, *value untouched. */
bool read_uint(xmlNode *node, const char *path, uint64_t min, uint64_t max, uint64_t *value, const char *subject,
               struct diag *diag);
bool read_size(xmlNode *node, const char *path, const char *default_unit, uint64_t *bytes, const char *subject,
               struct diag *diag);
bool read_enum(xmlNode *node, const char *path, const char *const *names, size_t n_names, int *value,
               const char *subject, struct diag *diag);

/* Refuses each child element of NODE that is none of NAMES, with the nearest of them: for where an
 * element that goes unread would change what the guest is. */
void refuse_unknown(xmlNode *node, const char *const *names, size_t n_names, struct diag *diag);

#endif
