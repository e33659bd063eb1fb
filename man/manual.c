/* SPDX-License-Identifier: GPL-2.0-or-later */
/* man/manual.c - puts domxml2qemu.5 together: prose by hand, tables out of the rows */

/* usage: manual [--check | --paths] PART...
 *
 * The parts are mdoc(7), in the page's order. A line of theirs may ask for rows:
 *
 *     @rows PATH [WORD=VALUE...]  a table of what stands at and below PATH, where these values hold
 *     @and PATH                   the same table has this too
 *     @same PATH AS               what stands below PATH is what stands below AS, which another line shows;
 *                                 a step of PATH may be "*"
 *     @users PATH                 the elements that "*" of PATH stands for, as a list
 *
 * A PART whose name ends in ".tsv" says what rows become on the command line (becomes.h).
 *
 * A row goes to the line that says most of it. --check tells of rows that no line shows, and of lines without
 * rows; --paths lists each row, and whether a table shows it or another's does. HACKING, "The manual". */

#include "becomes.h"
#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct request {
  const char *path;
  const char *when; /* @rows: words */
  const char *as;   /* @same; NULL: @rows */
  bool joins;       /* @and */
  const char *where;
  bool prose; /* @rows: sentences stand before it, since the last heading */
  size_t n;   /* rows that came here */
};

struct part {
  const char *name;
  char *text;
};

struct manual {
  TALLOC_CTX *ctx;
  struct part *parts;
  size_t n_parts;
  struct request *requests;
  size_t n_requests;
  struct fact *facts;
  size_t n_facts;
  struct request **owner; /* of each fact */
  struct becomes *becomes;
  bool check; /* else faults are nobody's business here */
  size_t faults;
};

static void __attribute__((format(printf, 2, 3))) fault(struct manual *m, const char *fmt, ...)
{
  va_list args;
  m->faults++;
  if (!m->check)
    return;
  va_start(args, fmt);
  fprintf(stderr, "%s\n", talloc_vasprintf(m->ctx, fmt, args));
  va_end(args);
}

/* --- rows and who shows them --- */

/* One value in two ways at once: no document has that. */
static bool
is_contradiction(const struct attr_condition *condition)
{
  for (const struct attr_condition *c = condition; c; c = c->above)
    for (const struct attr_condition *d = c->above; d; d = d->above)
      if (strcmp(c->path, d->path) == 0 && strcmp(c->word, d->word) != 0)
        return true;
  return false;
}

static void
remember(const struct attr_seen *seen, void *arg)
{
  struct manual *m = arg;
  const struct attr_condition *copy = NULL, **end = &copy;
  if (is_contradiction(seen->condition))
    return;
  for (const struct attr_condition *c = seen->condition; c; c = c->above) {
    struct attr_condition *mine = talloc(m->ctx, struct attr_condition);
    *mine = (struct attr_condition){ talloc_strdup(m->ctx, c->path), c->word, NULL };
    *end = mine;
    end = &mine->above;
  }
  m->facts = ARRAY_ROOM(m->ctx, m->facts, struct fact, m->n_facts);
  m->facts[m->n_facts++] = (struct fact){ .path = talloc_strdup(m->ctx, seen->path),
                                          .when = talloc_strdup(m->ctx, seen->when),
                                          .again = talloc_strdup(m->ctx, seen->again),
                                          .row = seen->row,
                                          .condition = copy };
}

/* How much of PATH the pattern covers; 0: it is not at or above it. */
static size_t
covers(const char *pattern, const char *path)
{
  const char *begin = path;
  for (;;) {
    size_t step = strcspn(pattern, "/"), there = strcspn(path, "/");
    bool any = step == 1 && *pattern == '*';
    if (!any && (step != there || strncmp(pattern, path, step) != 0))
      return 0;
    pattern += step;
    path += there;
    if (!*pattern)
      return (size_t)(path - begin);
    if (!*path)
      return 0;
    pattern++;
    path++;
  }
}

static size_t
count_words(const char *words)
{
  size_t n = *words != '\0';
  for (const char *p = words; *p; p++)
    n += *p == ' ';
  return n;
}

static bool
holds(const char *words, const char *when)
{
  for (const char *p = words; *p; p += strspn(p, " ")) {
    char word[256];
    size_t length = strcspn(p, " ");
    snprintf(word, sizeof(word), "%.*s", (int)length, p);
    if (!has_word(when, word))
      return false;
    p += length;
  }
  return true;
}

static struct request *
owner_of(struct manual *m, const struct fact *fact)
{
  struct request *best = NULL;
  size_t most = 0;
  for (size_t i = 0; i < m->n_requests; i++) {
    struct request *request = &m->requests[i];
    size_t covered = covers(request->path, fact->path);
    size_t weight = 100 * covered + 2 * count_words(request->when) + !strchr(request->path, '*');
    if (!covered || !holds(request->when, fact->when) || weight <= most)
      continue;
    most = weight;
    best = request;
  }
  return best;
}

/* Is the row of FACT, which REQUEST says stands elsewhere too, there? */
static bool
is_shown_there(const struct manual *m, const struct fact *fact, const struct request *request)
{
  const char *there = talloc_asprintf(m->ctx, "%s%s", request->as, fact->path + covers(request->path, fact->path));
  size_t length = strlen(there);
  for (size_t i = 0; i < m->n_facts; i++) {
    const struct fact *other = &m->facts[i];
    bool below = (fact->again || !fact->row->doc) && strncmp(other->path, there, length) == 0;
    bool same = strcmp(other->path, there) == 0 && (other->row == fact->row || str_eq(other->row->doc, fact->row->doc));
    if (below || same)
      return m->owner[i] && m->owner[i] != request;
  }
  return false;
}

static void
hand_out(struct manual *m)
{
  m->owner = talloc_zero_array(m->ctx, struct request *, m->n_facts);
  for (size_t i = 0; i < m->n_facts; i++)
    m->owner[i] = owner_of(m, &m->facts[i]);
  for (size_t i = 0; i < m->n_facts; i++) {
    const struct fact *fact = &m->facts[i];
    if (!m->owner[i])
      fault(m, "%s (%s): no table of the manual shows it", fact->path, fact->when);
    else if (m->owner[i]->as && !is_shown_there(m, fact, m->owner[i]))
      fault(m, "%s: %s (%s) is not below %s", m->owner[i]->where, fact->path, fact->when, m->owner[i]->as);
    if (m->owner[i])
      m->owner[i]->n++;
  }
  for (size_t i = 0; i < m->n_requests; i++) {
    if (!m->requests[i].n)
      fault(m, "%s: nothing is read at %s (%s)", m->requests[i].where, m->requests[i].path, m->requests[i].when);
    if (!m->requests[i].as && !m->requests[i].prose)
      fault(m, "%s: no sentence says what %s is for", m->requests[i].where, m->requests[i].path);
  }
}

/* --- parts --- */

static char *
next_line(char **rest)
{
  char *line = *rest, *end = strchr(line, '\n');
  if (!*line)
    return NULL;
  if (end)
    *end = '\0';
  *rest = end ? end + 1 : line + strlen(line);
  return line;
}

/* The words behind the first of LINE: PATH and all others. */
static void
add_request(struct manual *m, const char *line, const char *where, bool prose)
{
  const char *first = strchr(line, ' ') ? strchr(line, ' ') + 1 : "";
  size_t length = strcspn(first, " ");
  const char *more = first[length] ? first + length + 1 : "";
  bool same = str_starts(line, "@same ");
  m->requests = ARRAY_ROOM(m->ctx, m->requests, struct request, m->n_requests);
  m->requests[m->n_requests++] = (struct request){ .path = talloc_strndup(m->ctx, first, length),
                                                   .when = same ? "" : talloc_strdup(m->ctx, more),
                                                   .as = same ? talloc_strdup(m->ctx, more) : NULL,
                                                   .joins = str_starts(line, "@and "),
                                                   .where = where,
                                                   .prose = prose };
}

static void
read_requests(struct manual *m, const struct part *part)
{
  char *rest = talloc_strdup(m->ctx, part->text), *line;
  bool prose = false;
  for (size_t number = 1; (line = next_line(&rest)); number++) {
    const char *where = talloc_asprintf(m->ctx, "%s:%zu", part->name, number);
    if (str_starts(line, ".Sh ") || str_starts(line, ".Ss "))
      prose = false;
    prose |= *line && *line != '.' && *line != '@';
    if (str_starts(line, "@rows ") || str_starts(line, "@and ") || str_starts(line, "@same "))
      add_request(m, line, where, prose);
    else if (*line == '@' && !str_starts(line, "@users "))
      fault(m, "%s: %s: no such request", where, line);
  }
}

static bool
is_table(const char *name)
{
  const char *end = strrchr(name, '.');
  return end && strcmp(end, ".tsv") == 0;
}

static bool
read_part(struct manual *m, const char *name)
{
  FILE *file = fopen(name, "r");
  char *text = talloc_strdup(m->ctx, ""), piece[4096];
  if (!file) {
    perror(name);
    return false;
  }
  for (size_t n; (n = fread(piece, 1, sizeof(piece), file)) > 0;)
    text = talloc_strndup_append_buffer(text, piece, n);
  fclose(file);
  if (is_table(name)) {
    becomes_add(m->becomes, text);
    return true;
  }
  m->parts = ARRAY_ROOM(m->ctx, m->parts, struct part, m->n_parts);
  m->parts[m->n_parts++] = (struct part){ name, text };
  return true;
}

/* --- the page --- */

/* Is OWNER the request, or one that joins it? */
static bool
is_part_of(const struct manual *m, const struct request *owner, const struct request *request)
{
  const struct request *end = request + 1;
  while (end < m->requests + m->n_requests && end->joins)
    end++;
  return owner >= request && owner < end;
}

static char *
add_rows(struct manual *m, char *text, const struct request *request)
{
  const struct fact **facts = talloc_array(m->ctx, const struct fact *, m->n_facts);
  size_t n = 0;
  for (size_t i = 0; i < m->n_facts; i++)
    if (m->owner[i] && is_part_of(m, m->owner[i], request))
      facts[n++] = &m->facts[i];
  return mdoc_table(text, facts, n, element_of(m->ctx, request->path), request->when);
}

/* "<disk>, <interface> and <hostdev>": all for which PATTERN's star stands. */
static char *
add_users(struct manual *m, char *text, const char *pattern)
{
  size_t before = (size_t)(strchr(pattern, '*') - pattern);
  char *list = talloc_strdup(m->ctx, "");
  for (size_t i = 0; i < m->n_facts; i++) {
    const char *path = m->facts[i].path;
    const char *name = talloc_strndup(m->ctx, path + before, covers(pattern, path) ? strcspn(path + before, "/") : 0);
    const char *item = talloc_asprintf(m->ctx, ".Li <%s> ,\n", name);
    if (*name && !strstr(list, item))
      list = talloc_strdup_append_buffer(list, item);
  }
  size_t length = strlen(list);
  return talloc_asprintf_append_buffer(text, "%.*s.\n", (int)(length > 2 ? length - 2 : 0), list);
}

static char *
add_part(struct manual *m, char *text, const struct part *part, size_t *request)
{
  char *rest = talloc_strdup(m->ctx, part->text), *line;
  while ((line = next_line(&rest))) {
    if (str_starts(line, "@users "))
      text = add_users(m, text, line + strlen("@users "));
    else if (*line != '@')
      text = talloc_asprintf_append_buffer(text, "%s\n", line);
    else if (!m->requests[*request].as && !m->requests[*request].joins)
      text = add_rows(m, text, &m->requests[(*request)++]);
    else
      ++*request;
  }
  return text;
}

static void
print_page(struct manual *m)
{
  char *text = talloc_strdup(m->ctx, "");
  size_t request = 0;
  for (size_t i = 0; i < m->n_parts; i++)
    text = add_part(m, text, &m->parts[i], &request);
  fputs(text, stdout);
}

/* A value that the row takes, or what its text is called (a WORD's), or nothing. */
static const char *
value_of(TALLOC_CTX *ctx, const struct attr *row)
{
  struct attr_case found;
  for (size_t i = 0; i < row->n_names; i++)
    if (row->names[i])
      return row->names[i];
  if (row->cases && row->cases(0, &found))
    return found.word;
  if (row->type == ATTR_T_YESNO || row->type == ATTR_T_ONOFF)
    return row->type == ATTR_T_YESNO ? "yes" : "on";
  if (row->type == ATTR_T_UINT || row->type == ATTR_T_NUM || row->type == ATTR_T_INT || row->type == ATTR_T_SIZE)
    return talloc_asprintf(ctx, "%jd", row->min ? (intmax_t)(int64_t)row->min : 1);
  return row->type == ATTR_T_WORD ? row->unit : "";
}

/* The words that the row takes, between blanks. */
static const char *
words_of(TALLOC_CTX *ctx, const struct attr *row)
{
  struct attr_case found;
  char *all = talloc_strdup(ctx, "");
  for (size_t i = 0; i < row->n_names; i++)
    if (row->names[i])
      all = talloc_asprintf_append_buffer(all, "%s%s", *all ? " " : "", row->names[i]);
  for (size_t i = 0; !row->n_names && row->cases && row->cases(i, &found); i++)
    all = talloc_asprintf_append_buffer(all, "%s%s", *all ? " " : "", found.word);
  return all;
}

/* The first of all facts that are of the I-th's row. */
static size_t
first_of_row(const struct manual *m, size_t i)
{
  size_t k = 0;
  while (m->facts[k].row != m->facts[i].row)
    k++;
  return k;
}

/* Is WORD one of the values that the row takes? Of text, a word that is none of our own about defaults. */
static bool
is_value(const struct attr *row, const char *word)
{
  uint64_t number;
  int64_t whole;
  size_t length = strlen(word);
  for (size_t i = 0; i < row->n_names; i++)
    if (str_eq(row->names[i], word))
      return true;
  switch (row->type) {
  case ATTR_T_YESNO:
    return strcmp(word, "yes") == 0 || strcmp(word, "no") == 0;
  case ATTR_T_ONOFF:
    return strcmp(word, "on") == 0 || strcmp(word, "off") == 0;
  case ATTR_T_UINT:
  case ATTR_T_NUM:
  case ATTR_T_SIZE:
    return parse_uint(word, &number);
  case ATTR_T_INT:
    return parse_int(word, &whole);
  case ATTR_T_STRING:
  case ATTR_T_WORD:
    return !row->n_names && length && !strchr(word, ' ') && strcmp(word, "none") != 0 && strcmp(word, "off") != 0 &&
           !(length > 2 && strcmp(word + length - 2, "'s") == 0);
  case ATTR_T_ENUM:
  case ATTR_T_PRESENT:
  case ATTR_T_NODE:
  case ATTR_T_REFUSED:
  case ATTR_T_QUIET:
  case ATTR_T_STRUCT:
  case ATTR_T_LIST:
  case ATTR_T_CHOICE:
  case ATTR_T_SEE:
  case ATTR_T_RULE:
    break;
  }
  return false;
}

/* The value that a default begins with, behind "=", or the one that is QEMU's, behind "~"; nothing: it is no value. A "+"
 * before says that it is so without the element. */
static const char *
default_of(TALLOC_CTX *ctx, const struct attr *row)
{
  static const char theirs[] = "QEMU's (";
  const char *text = row->dflt ? row->dflt : "";
  bool by_qemu = str_starts(text, theirs);
  text += by_qemu ? strlen(theirs) : 0;
  const char *word = talloc_strndup(ctx, text, strcspn(text, by_qemu ? ":)" : ",:;"));
  const char *end = by_qemu ? strchr(text, ')') : text + strlen(word);
  bool whole = end && *end != ';' && !(by_qemu && end[1] == ';');
  return !whole || !is_value(row, word)
             ? ""
             : talloc_asprintf(ctx, "%s%c%s", row->bare || row->required_here ? "+" : "", by_qemu ? '~' : '=', word);
}

/* A value that is not WORD. */
static const char *
other_than(TALLOC_CTX *ctx, const struct attr *row, const char *word)
{
  uint64_t number;
  for (size_t i = 0; i < row->n_names; i++)
    if (row->names[i] && strcmp(row->names[i], word) != 0)
      return row->names[i];
  if (row->type == ATTR_T_YESNO)
    return strcmp(word, "yes") == 0 ? "no" : "yes";
  if (row->type == ATTR_T_ONOFF)
    return strcmp(word, "on") == 0 ? "off" : "on";
  if (parse_uint(word, &number))
    return talloc_asprintf(ctx, "%ju", number ? (uintmax_t)number * 2 : row->min ? (uintmax_t)row->min : 1);
  return row->type == ATTR_T_STRING ? talloc_asprintf(ctx, "%sx", word) : "";
}

/* For tests and tools/becomes, a row a line: path, the values that bring it by their paths, whether a table shows it,
 * what becomes of it, a value, the default, what brings it in words, the first line (from 0) of the same row, what is
 * done with the value, the words that it takes, the default's value (default_of()) and another; between tabs. */
static void
print_paths(struct manual *m)
{
  for (size_t i = 0; i < m->n_facts; i++) {
    const struct fact *fact = &m->facts[i];
    const struct attr *row = fact->row;
    const char *value = default_of(m->ctx, row),
               *other = *value ? other_than(m->ctx, row, strpbrk(value, "=~") + 1) : "";
    bool needed = row->required || row->required_here;
    printf("%s\t", fact->path);
    for (const struct attr_condition *c = fact->condition; c; c = c->above)
      printf("%s=%s%s", c->path, c->word, c->above ? " " : "");
    printf("\t%s\t%s\t%s\t%s",
           !m->owner[i]      ? "missing"
           : m->owner[i]->as ? "same"
                             : "shown",
           row->type == ATTR_T_REFUSED                             ? "refused"
           : fact->again                                           ? "again"
           : row->type == ATTR_T_QUIET && !strchr(fact->path, '@') ? "quiet"
           : needed                                                ? "required"
                                                                   : "taken",
           value_of(m->ctx, row), row->dflt ? row->dflt : "");
    printf("\t%s\t%zu\t%s\t%s\t%s\t%s\n", fact->when, first_of_row(m, i),
           is_unit(fact)                 ? "unit"
           : row->offset == ATTR_NOWHERE ? "seen"
                                         : "kept",
           words_of(m->ctx, row), value, other);
  }
}

int
main(int argc, char **argv)
{
  struct manual m = { .ctx = talloc_new(NULL) };
  m.becomes = becomes_new(m.ctx);
  const char *mode = argc > 1 && str_starts(argv[1], "--") ? argv[1] : NULL;
  m.check = str_eq(mode, "--check");
  for (int i = mode ? 2 : 1; i < argc; i++)
    if (!read_part(&m, argv[i]))
      return EXIT_FAILURE;
  for (size_t i = 0; i < m.n_parts; i++)
    read_requests(&m, &m.parts[i]);
  attr_walk(remember, &m);
  for (size_t i = 0; i < m.n_facts; i++)
    m.facts[i].becomes = becomes_of(m.becomes, m.facts[i].path, m.facts[i].when);
  hand_out(&m);
  if (str_eq(mode, "--paths"))
    print_paths(&m);
  else if (!mode)
    print_page(&m);
  fflush(stdout);
  bool fine = !ferror(stdout) && !(m.check && m.faults);
  talloc_free(m.ctx);
  return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
