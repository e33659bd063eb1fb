/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/xml_crowded.c - finds what would make parsing take hours, or more memory than a domain is worth */

/* libxml2 before 2.12 compares each attribute of an element with each other, before it calls anybody; so it does with
 * those that a DTD declares, and then adds them to each element. It copies a comment once for each "--" in it, which is
 * an error. And 4 bytes, "<a/>", become an element of 120. So the text is looked through first: a "=" outside of quotes
 * is an attribute. What is no XML may be judged wrongly here; the parser would refuse it as well. xml_foreign() has
 * refused encodings in which a quote could hide from this. */

#include "core/xml_internal.h"

/* The messages below say the same numbers. */
enum { MOST_ATTRIBUTES = 256, MOST_DASHES = 256, MOST_THINGS = 500000 };

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

/* Behind the comment whose text begins at I, with the number of "--" in it, that of its end too, in *N. */
static size_t
behind_comment(const char *text, size_t i, size_t length, unsigned *n)
{
  size_t end = behind(text, i, length, "-->");
  for (const char *at; (at = str_find(text + i, end - i, "--")); ++*n)
    i = (size_t)(at - text) + strlen("--");
  return end;
}

static bool
begins(const char *text, size_t length, const char *with)
{
  return length >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

/* <!ENTITY is not among them: the parser refuses it by its name. */
static bool
is_declaration(const char *tag, size_t length)
{
  return begins(tag, length, "<!ATTLIST") || begins(tag, length, "<!ELEMENT") || begins(tag, length, "<!NOTATION");
}

static unsigned
line_of(const char *text, size_t at)
{
  unsigned line = 1;
  for (const char *end; (end = memchr(text, '\n', at)); at -= (size_t)(end + 1 - text), text = end + 1)
    line++;
  return line;
}

/* A tag, a comment, an instruction, a section of text and an attribute cost the parser about the same each. */
static const char *
count(const char *text, size_t length, unsigned *line)
{
  size_t i = 0;
  unsigned things = 0;
  for (const char *tag; i < length && (tag = memchr(text + i, '<', length - i));) {
    size_t at = (size_t)(tag - text), left = length - at;
    unsigned attributes = 0, dashes = 0;
    if (begins(tag, left, "<!--"))
      i = behind_comment(text, at + strlen("<!--"), length, &dashes);
    else if (begins(tag, left, "<![CDATA["))
      i = behind(text, at, length, "]]>");
    else if (begins(tag, left, "<?"))
      i = behind(text, at, length, "?>");
    else
      i = behind_tag(text, at, length, &attributes);
    things += begins(tag, left, "</") ? 0 : 1 + attributes;
    const char *wrong =
        is_declaration(tag, left) ? "<!ATTLIST, <!ELEMENT or <!NOTATION, which no domain has; drop the declarations"
        : attributes > MOST_ATTRIBUTES ? "an element with more than 256 attributes, which no domain has"
        : dashes > MOST_DASHES         ? "a comment with more than 256 times '--', which XML does not allow in one"
        : things > MOST_THINGS ? "more than 500,000 elements, attributes and comments up to here, which no domain has"
                               : NULL;
    if (!wrong)
      continue;
    *line = line_of(text, at);
    return wrong;
  }
  return NULL;
}

/* UTF-16, of which one byte each is enough here. NULL: it is something else. */
static char *
narrow(TALLOC_CTX *ctx, const char *text, size_t length)
{
  bool little = begins(text, length, "\xff\xfe") || (length > 1 && text[0] && !text[1]);
  bool big = begins(text, length, "\xfe\xff") || (length > 1 && !text[0] && text[1]);
  if (!little && !big)
    return NULL;
  char *bytes = talloc_array(ctx, char, length / 2 + 1);
  for (size_t i = 0; i < length / 2; i++)
    bytes[i] = text[2 * i + little] ? '?' : text[2 * i + big];
  return bytes;
}

const char *
xml_crowded(const char *text, size_t length, unsigned *line)
{
  char *bytes = narrow(NULL, text, length);
  const char *crowded = bytes ? count(bytes, length / 2, line) : count(text, length, line);
  talloc_free(bytes);
  return crowded;
}
