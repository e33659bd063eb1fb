/* SPDX-License-Identifier: GPL-2.0-or-later */
/* completion.c - the scripts that complete our command line in bash, zsh and fish */

/* They differ in all but what they say: the options, what their arguments are, *.xml files for operands, and any
 * file behind a lone --, where QEMU's own arguments stand. */

#include "completion.h"

const char *const shell_names[] = { [SHELL_BASH] = "bash", [SHELL_ZSH] = "zsh", [SHELL_FISH] = "fish" };
static_assert(ARRAY_SIZE(shell_names) == SHELLS, "a shell has no name");

enum argument { ARGUMENT_NONE, ARGUMENT_OPTIONAL, ARGUMENT_WORDS, ARGUMENT_FOLDER, ARGUMENT_FILE, ARGUMENT_OTHER };

static const struct option_words *
words_of(const struct option_words *words, const struct poptOption *option)
{
  while (words->option && !str_eq(words->option, option->longName))
    words++;
  return words->option ? words : NULL;
}

static enum argument
argument_of(const struct option_words *words, const struct poptOption *option)
{
  if (!option->argDescrip)
    return ARGUMENT_NONE;
  if (words_of(words, option))
    return ARGUMENT_WORDS;
  if (option->argInfo & POPT_ARGFLAG_OPTIONAL)
    return ARGUMENT_OPTIONAL;
  if (str_eq(option->argDescrip, "DIR"))
    return ARGUMENT_FOLDER;
  return str_eq(option->argDescrip, "FILE") || str_eq(option->argDescrip, "PATH") ? ARGUMENT_FILE : ARGUMENT_OTHER;
}

static bool
must_have(const struct poptOption *option)
{
  return option->argDescrip && !(option->argInfo & POPT_ARGFLAG_OPTIONAL);
}

static char *
append_words(char *text, const struct option_words *words, const char *between)
{
  const char *before = "";
  for (size_t i = 0; i < words->n; i++) {
    if (!words->words[i])
      continue;
    text = talloc_asprintf_append_buffer(text, "%s%s", before, words->words[i]);
    before = between;
  }
  return text;
}

/* --- bash --- */

static const char bash_begin[] =
    "# bash completion for domxml2qemu(1)                                       -*- shell-script -*-\n"
    "# made by domxml2qemu --completion=bash\n\n"
    "_domxml2qemu()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words='' IFS=$'\\n' i\n"
    "    COMPREPLY=()\n\n"
    "    # behind a lone -- stand QEMU's own arguments\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        if [[ ${COMP_WORDS[i]} == -- ]]; then\n"
    "            COMPREPLY=($(compgen -f -- \"$cur\"))\n"
    "            return\n"
    "        fi\n"
    "    done\n\n"
    "    # bash takes --format=json apart at the =, unless it was told otherwise\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == = ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    elif [[ $cur == --*=* ]]; then\n"
    "        prev=${cur%%=*} cur=${cur#*=}\n"
    "    fi\n\n"
    "    case $prev in\n";

static const char bash_middle[] = "    esac\n"
                                  "    if [[ -n $words ]]; then\n"
                                  "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                                  "    elif [[ $cur == -* ]]; then\n"
                                  "        COMPREPLY=($(compgen -W '";

static const char bash_end[] = "' -- \"$cur\"))\n"
                               "        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null\n"
                               "    else\n"
                               "        COMPREPLY=($(compgen -f -X '!*.xml' -- \"$cur\") $(compgen -d -- \"$cur\"))\n"
                               "    fi\n"
                               "}\n\n"
                               "complete -o filenames -F _domxml2qemu domxml2qemu\n";

static char *
append_bash_case(char *text, const struct poptOption *option, const struct option_words *words)
{
  static const char *const replies[] = {
    [ARGUMENT_FOLDER] = "COMPREPLY=($(compgen -d -- \"$cur\"))",
    [ARGUMENT_FILE] = "COMPREPLY=($(compgen -f -- \"$cur\"))",
    [ARGUMENT_OTHER] = "",
  };
  enum argument argument = argument_of(words, option);
  if (argument == ARGUMENT_NONE || argument == ARGUMENT_OPTIONAL)
    return text;
  text = talloc_asprintf_append_buffer(text, "        --%s", option->longName);
  if (option->shortName)
    text = talloc_asprintf_append_buffer(text, "|-%c", option->shortName);
  if (argument != ARGUMENT_WORDS)
    return talloc_asprintf_append_buffer(text, ") %s%sreturn ;;\n", replies[argument], *replies[argument] ? "; " : "");
  text = talloc_strdup_append_buffer(text, ") words=$'");
  return talloc_strdup_append_buffer(append_words(text, words_of(words, option), "\\n"), "' ;;\n");
}

static char *
bash_script(char *text, const struct poptOption *table, const struct option_words *words)
{
  text = talloc_strdup_append_buffer(text, bash_begin);
  for (const struct poptOption *option = table; option->longName; option++)
    text = append_bash_case(text, option, words);
  text = talloc_strdup_append_buffer(text, bash_middle);
  for (const struct poptOption *option = table; option->longName; option++)
    text = talloc_asprintf_append_buffer(text, "%s--%s%s", option > table ? "\n" : "", option->longName,
                                         must_have(option) ? "=" : "");
  return talloc_strdup_append_buffer(text, bash_end);
}

/* --- zsh --- */

/* TEXT within '[...]' of _arguments, itself within quotes: a colon or bracket would end it. */
static const char *
zsh_text(TALLOC_CTX *ctx, const char *text)
{
  char *out = talloc_strdup(ctx, "");
  for (; *text; text++)
    out = *text == '\'' ? talloc_strdup_append_buffer(out, "'\\''")
                        : talloc_asprintf_append_buffer(out, "%s%c", strchr("[]:\\", *text) ? "\\" : "", *text);
  return out;
}

static char *
append_zsh(char *text, const struct poptOption *option, const struct option_words *words)
{
  static const char *const actions[] = {
    [ARGUMENT_FOLDER] = "_files -/", [ARGUMENT_FILE] = "_files", [ARGUMENT_OPTIONAL] = " ", [ARGUMENT_OTHER] = " "
  };
  enum argument argument = argument_of(words, option);
  bool optional = option->argDescrip && !must_have(option);
  bool many = argument == ARGUMENT_OTHER && strchr(option->argDescrip, '='); /* NAME=VALUE: one for each name */
  const char *sign = optional ? "=-" : option->argDescrip ? "=" : "";
  if (option->shortName)
    text = talloc_asprintf_append_buffer(text, "    '(-%c --%s)'{-%c%s,--%s%s}'[%s]", option->shortName,
                                         option->longName, option->shortName, option->argDescrip ? "+" : "",
                                         option->longName, sign, zsh_text(text, option->descrip));
  else
    text = talloc_asprintf_append_buffer(text, "    '%s--%s%s[%s]", many ? "*" : "", option->longName, sign,
                                         zsh_text(text, option->descrip));
  if (argument != ARGUMENT_NONE)
    text = talloc_asprintf_append_buffer(text, "%s%s:", optional ? "::" : ":", zsh_text(text, option->argDescrip));
  if (argument == ARGUMENT_WORDS)
    text =
        talloc_strdup_append_buffer(append_words(talloc_strdup_append_buffer(text, "("), words_of(words, option), " "),
                                    ")");
  else if (argument != ARGUMENT_NONE)
    text = talloc_strdup_append_buffer(text, actions[argument]);
  return talloc_strdup_append_buffer(text, "' \\\n");
}

static char *
zsh_script(char *text, const struct poptOption *table, const struct option_words *words)
{
  text = talloc_strdup_append_buffer(text, "#compdef domxml2qemu\n"
                                           "# made by domxml2qemu --completion=zsh\n\n"
                                           "# behind a lone -- stand QEMU's own arguments\n"
                                           "if (( ${words[(i)--]} < CURRENT )); then\n"
                                           "  _files\n"
                                           "  return\n"
                                           "fi\n\n"
                                           "_arguments -s \\\n");
  for (const struct poptOption *option = table; option->longName; option++)
    text = append_zsh(text, option, words);
  return talloc_strdup_append_buffer(text, "    '*:domain:_files -g \"*.xml\"'\n");
}

/* --- fish --- */

static const char *
fish_text(TALLOC_CTX *ctx, const char *text)
{
  char *out = talloc_strdup(ctx, "");
  for (; *text; text++)
    out = talloc_asprintf_append_buffer(out, "%s%c", strchr("'\\", *text) ? "\\" : "", *text);
  return out;
}

static char *
append_fish(char *text, const struct poptOption *option, const struct option_words *words)
{
  static const char *const arguments[] = {
    [ARGUMENT_NONE] = "",       [ARGUMENT_OPTIONAL] = "",
    [ARGUMENT_WORDS] = " -x",   [ARGUMENT_FOLDER] = " -x -a '(__fish_complete_directories)'",
    [ARGUMENT_FILE] = " -r -F", [ARGUMENT_OTHER] = " -x"
  };
  enum argument argument = argument_of(words, option);
  text = talloc_asprintf_append_buffer(text, "complete -c domxml2qemu -n __domxml2qemu_ours -l %s", option->longName);
  if (option->shortName)
    text = talloc_asprintf_append_buffer(text, " -s %c", option->shortName);
  text = talloc_strdup_append_buffer(text, argument == ARGUMENT_WORDS && !must_have(option) ? "" : arguments[argument]);
  if (argument == ARGUMENT_WORDS)
    text = talloc_strdup_append_buffer(append_words(talloc_strdup_append_buffer(text, " -a '"), words_of(words, option),
                                                    " "),
                                       "'");
  return talloc_asprintf_append_buffer(text, " -d '%s'\n", fish_text(text, option->descrip));
}

static char *
fish_script(char *text, const struct poptOption *table, const struct option_words *words)
{
  text = talloc_strdup_append_buffer(text, "# made by domxml2qemu --completion=fish\n\n"
                                           "# behind a lone -- stand QEMU's own arguments\n"
                                           "function __domxml2qemu_ours\n"
                                           "    not contains -- -- (commandline -opc)\n"
                                           "end\n\n"
                                           "complete -c domxml2qemu -n __domxml2qemu_ours -f -k -a "
                                           "'(__fish_complete_suffix .xml)'\n");
  for (const struct poptOption *option = table; option->longName; option++)
    text = append_fish(text, option, words);
  return text;
}

const char *
completion_script(TALLOC_CTX *ctx, enum shell shell, const struct poptOption *table, const struct option_words *words)
{
  static char *(*const writers[])(char *text, const struct poptOption *table, const struct option_words *words) = {
    [SHELL_BASH] = bash_script, [SHELL_ZSH] = zsh_script, [SHELL_FISH] = fish_script
  };
  static_assert(ARRAY_SIZE(writers) == SHELLS, "a shell has no writer");
  return writers[shell](talloc_strdup(ctx, ""), table, words);
}
