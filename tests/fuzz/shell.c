/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/shell.c - reads what we print for sh, by the rules of POSIX alone */

#include "fuzz/fuzz.h"

#include <ctype.h>

struct word {
  char *text;
  size_t length;
  bool begun, quoted, assigns;
};

static void
put(struct word *word, char c)
{
  word->text = ARRAY_ROOM(NULL, word->text, char, word->length + 1);
  word->text[word->length++] = c;
  word->text[word->length] = '\0';
  word->begun = true;
}

/* NAME=, unquoted. */
static bool
is_assignment(const struct word *word)
{
  bool name = !word->quoted && word->length && !isdigit((unsigned char)word->text[0]);
  for (size_t i = 0; i < word->length && name; i++)
    name = isalnum((unsigned char)word->text[i]) || word->text[i] == '_';
  return name;
}

/* What is in quotes, up to the closing one; NULL: there is none. */
static const char *
take_quoted(struct word *word, const char *at)
{
  word->begun = word->quoted = true;
  for (; *at && *at != '\''; at++)
    put(word, *at);
  return *at ? at + 1 : NULL;
}

/* Of these the shell makes something else than themselves, somewhere in a word. */
static bool
is_special(char c, const struct word *word)
{
  return strchr("|&;<>()$`\"*?[]{}!^\r", c) || (!word->begun && strchr("#~=", c)) || (c == '~' && word->assigns);
}

static void
end_word(TALLOC_CTX *ctx, struct word *word, char ***words, size_t *n)
{
  if (word->begun && !(word->assigns && *n == 0)) {
    *words = ARRAY_ROOM(ctx, *words, char *, *n + 1);
    (*words)[(*n)++] = talloc_strdup(*words, word->text ? word->text : "");
    (*words)[*n] = NULL;
  }
  talloc_free(word->text);
  *word = (struct word){ 0 };
}

char **
fuzz_shell_words(TALLOC_CTX *ctx, const char *at)
{
  char **words = talloc_zero_array(ctx, char *, 1);
  struct word word = { 0 };
  size_t n = 0;
  while (at && *at && *at != '\n') {
    char c = *at++;
    if (c == '\'') {
      at = take_quoted(&word, at);
    } else if (c == '\\' && *at == '\n') {
      at++;
    } else if (c == '\\' && *at) {
      word.quoted = true;
      put(&word, *at++);
    } else if (c == ' ' || c == '\t') {
      end_word(ctx, &word, &words, &n);
    } else if (is_special(c, &word)) {
      at = NULL;
    } else {
      word.assigns |= c == '=' && is_assignment(&word);
      put(&word, c);
    }
  }
  end_word(ctx, &word, &words, &n);
  return at && *at == '\n' && !at[1] ? words : NULL;
}
