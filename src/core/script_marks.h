/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/script_marks.h - what stands in a path for a folder that --format=script finds when it runs */

/* Root's folders and a user's differ, and a script may be started by either. Each mark is between
 * U+FFFE, which no XML can hold; out/ writes a variable of the shell in its place. */

#ifndef CORE_SCRIPT_MARKS_H
#define CORE_SCRIPT_MARKS_H

#define SCRIPT_MARK "\xef\xbf\xbe"

#define SCRIPT_RUNTIME SCRIPT_MARK "run" SCRIPT_MARK  /* where struct stage has "runtime" */
#define SCRIPT_SESSION SCRIPT_MARK "kept" SCRIPT_MARK /* likewise "session" */
#define SCRIPT_IDS SCRIPT_MARK "ids" SCRIPT_MARK      /* "UID:GID" of who runs the script */

/* Whether a card has vhost-net, which is for the host to say: as JSON has it, and as key=value has it. */
#define SCRIPT_VHOST_JSON SCRIPT_MARK "vhost" SCRIPT_MARK
#define SCRIPT_VHOST_ONOFF SCRIPT_MARK "vhost_onoff" SCRIPT_MARK

#endif
