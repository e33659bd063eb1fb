/* SPDX-License-Identifier: GPL-2.0-or-later */
/* out/out.h - the only room that spells: escapes, quotes, JSON */

/* Everything is made in memory first; what is printed is whole or not there at all. Each form has a file: shell.c,
 * json.c, script.c, explain.c, graph.c, graph_dot.c, graph_pci.c, schema.c, verdict.c, notes.c; formats.c chooses among
 * those of --format, and props_text.c spells what they share: words and arguments. */

#ifndef OUT_OUT_H
#define OUT_OUT_H

#include "core/argv.h"
#include "core/options.h"
#include "domain/domain.h"

/* The things to be printed: the arguments of DOMAIN from FILE, and the warnings so far. SEVERAL: what stands for other
 * files stands beside it. */
struct printed {
  const char *file; /* "-": standard input */
  bool several;
  const struct domain *domain;
  const struct argv *argv;
  const struct diag *diag;
};

/* As --format= spells them. */
extern const char *const out_format_names[FORMATS];

/* PRINTED in FORMAT: *LENGTH bytes with a NUL behind them, a talloc child of CTX. */
const char *out_format(TALLOC_CTX *ctx, enum out_format format, const struct printed *printed, size_t *length);

/* The invocation as QEMU gets it: argv[0] is the emulator, NULL ends. A talloc child of CTX. */
char **out_words(TALLOC_CTX *ctx, const struct argv *argv);

/* Quoted for sh, so that any POSIX shell, bash or zsh reads exactly WORD. */
const char *out_quote(TALLOC_CTX *ctx, const char *word);

/* The same, but with a variable of the script in place of each mark (core/script_marks.h). */
const char *out_quote_script(TALLOC_CTX *ctx, const char *word);

/* For sh: FORMAT_SHELL one option a line, FORMAT_LINE all in one. With the environment before it. */
const char *out_shell(TALLOC_CTX *ctx, const struct argv *argv, bool one_line);

/* FORMAT_SHELL as a part of a script, without a newline at its end. */
const char *out_shell_script(TALLOC_CTX *ctx, const struct argv *argv);

/* A whole file for sh: what must be there first, what runs beside QEMU, QEMU. */
const char *out_script(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv);

/* Words ended by NUL; *LENGTH bytes. */
const char *out_nul(TALLOC_CTX *ctx, const struct argv *argv, size_t *length);

/* The contract of --format=json, one object and a newline; of several in a line each. */
const char *out_json(TALLOC_CTX *ctx, const struct printed *printed);

/* The subject of --explain. */
struct explained {
  const struct domain *domain;
  const struct argv *argv;
  const struct device *device; /* of this one alone; NULL: of all */
  const struct options *options;
  struct diag *diag; /* knows the columns of places */
};

/* Every argument, helper and variable with the XML lines or the rule that it comes from. */
const char *out_explain(TALLOC_CTX *ctx, const struct explained *explained);
const char *out_explain_json(TALLOC_CTX *ctx, const struct explained *explained);

/* A line for each disk: its id, and what lies behind it down to the storage. */
const char *out_graph(TALLOC_CTX *ctx, const struct domain *domain);

/* The same with all block nodes, for Graphviz. */
const char *out_graph_dot(TALLOC_CTX *ctx, const struct argv *argv);

/* PCI as the guest finds it, and the same for Graphviz. */
const char *out_graph_pci(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv);
const char *out_graph_pci_dot(TALLOC_CTX *ctx, const struct domain *domain, const struct argv *argv);

/* RELAX NG of the domain XML that is taken, whatever the domain. */
const char *out_schema(TALLOC_CTX *ctx);

/* Notes what must be there before the printed command runs: folders, programs beside QEMU. */
void out_notes(const struct domain *domain, struct diag *diag);

/* Notes each thing of a host that DOMAIN needs, where no host is looked at. */
void out_wants(const struct domain *domain, struct diag *diag);

/* The line of --check: what was looked at where all is there, what is needed where nobody looked, else how much is
 * wrong. */
enum verdict { VERDICT_READY, VERDICT_VALID, VERDICT_NOT_READY, VERDICT_REFUSED };
const char *out_verdict(TALLOC_CTX *ctx, const char *file, const struct domain *domain, enum verdict verdict,
                        const struct diag *diag);

/* The same as an object in a line of its own. */
const char *out_verdict_json(TALLOC_CTX *ctx, const char *file, const struct domain *domain, enum verdict verdict,
                             const struct diag *diag);

/* The words of one argument, spelt: option and value (either may be NULL). */
void out_arg(TALLOC_CTX *ctx, const struct arg *arg, const char **option, const char **value);

#endif
