/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml_crowded.c - finds an element with so many attributes that parsing it would take hours */

/* libxml2 before 2.12 compares each attribute of an element with each other, before it calls anybody. So the text is
 * looked through first: a "=" outside of quotes is an attribute. What is no XML may be judged wrongly here; the
 * parser would refuse it as well. */

#include "core/xml_internal.h"

/* Behind the next END from I on. */
static size_t
behind(const char *text, size_t i, size_t length, const char *end)
{
  const char *found = str_find(text + i, length - i, end);
  return found ? (size_t)(found - text) + strlen(end) : length;
}

/* Behind the tag that begins at I, with the number of its attributes in *N. */
static size_t
behind_tag(const char *text, size_t i, size_t length, unsigned *n)
{
  *n = 0;
  for (i++; i < length; i++) {
    char c = text[i];
    if (c == '>')
      return i + 1;
    if (c == '<')
      return i;
    if (c == '=')
      ++*n;
    if (c == '"' || c == '\'')
      i = behind(text, i + 1, length, c == '"' ? "\"" : "'") - 1;
  }
  return length;
}

static bool
begins(const char *text, size_t length, const char *with)
{
  return length >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

static unsigned
line_of(const char *text, size_t at)
{
  unsigned line = 1;
  for (const char *end; (end = memchr(text, '\n', at)); at -= (size_t)(end + 1 - text), text = end + 1)
    line++;
  return line;
}

unsigned
xml_crowded(const char *text, size_t length)
{
  size_t i = 0;
  for (const char *tag; i < length && (tag = memchr(text + i, '<', length - i));) {
    size_t at = (size_t)(tag - text), left = length - at;
    unsigned n = 0;
    if (begins(tag, left, "<!--"))
      i = behind(text, at + strlen("<!--"), length, "-->");
    else if (begins(tag, left, "<![CDATA["))
      i = behind(text, at, length, "]]>");
    else if (begins(tag, left, "<?"))
      i = behind(text, at, length, "?>");
    else
      i = behind_tag(text, at, length, &n);
    if (n > XML_MOST_ATTRIBUTES)
      return line_of(text, at);
  }
  return 0;
}
