/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stages.h - the stages of a domain, from complete to build, over sections, kinds and buses */

#ifndef STAGES_H
#define STAGES_H

#include "domain/kind.h"

/* The stages; each reports to STAGE's diag. Their order is pipeline.c's. */
void domain_complete(struct domain *domain, struct stage *stage);
void domain_check(struct domain *domain, struct stage *stage);
void domain_resolve(struct domain *domain, struct stage *stage);
/* Where a check has refused the domain, whose next stage would be resolve: what the host lacks is told in the same
 * run. */
void domain_look(struct domain *domain, struct stage *stage);
struct argv *domain_build(TALLOC_CTX *ctx, const struct domain *domain, const struct stage *stage);

#endif
