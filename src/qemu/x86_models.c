/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qemu/x86_models.c - x86 processors by name, and the features each name stands for */

#include "qemu/x86_cpu.h"

/* By CPUID leaf, register and bit, then the MSRs, as the world lists them. */
const char *const x86_feature_names[X86_FEATURES] = {
  "pni", "pclmuldq", "dtes64", "monitor", "ds_cpl", "vmx", "smx", "est", "tm2", "ssse3", "cid", "fma",
  "cx16", "xtpr", "pdcm", "pcid", "dca", "sse4.1", "sse4.2", "x2apic", "movbe", "popcnt",
  "tsc-deadline", "aes", "xsave", "osxsave", "avx", "f16c", "rdrand", "hypervisor", "fpu", "vme", "de",
  "pse", "tsc", "msr", "pae", "mce", "cx8", "apic", "sep", "mtrr", "pge", "mca", "cmov", "pat", "pse36",
  "pn", "clflush", "ds", "acpi", "mmx", "fxsr", "sse", "sse2", "ss", "ht", "tm", "ia64", "pbe", "arat",
  "fsgsbase", "tsc_adjust", "sgx", "bmi1", "hle", "avx2", "fdp-excptn-only", "smep", "bmi2", "erms",
  "invpcid", "rtm", "cmt", "zero-fcs-fds", "mpx", "avx512f", "avx512dq", "rdseed", "adx", "smap",
  "avx512ifma", "pcommit", "clflushopt", "clwb", "intel-pt", "avx512pf", "avx512er", "avx512cd",
  "sha-ni", "avx512bw", "avx512vl", "avx512vbmi", "umip", "pku", "ospke", "waitpkg", "avx512vbmi2",
  "gfni", "vaes", "vpclmulqdq", "avx512vnni", "avx512bitalg", "avx512-vpopcntdq", "la57", "rdpid",
  "bus-lock-detect", "cldemote", "movdiri", "movdir64b", "sgxlc", "pks", "avx512-4vnniw",
  "avx512-4fmaps", "fsrm", "avx512-vp2intersect", "md-clear", "serialize", "tsx-ldtrk", "pconfig",
  "arch-lbr", "amx-bf16", "avx512-fp16", "amx-tile", "amx-int8", "spec-ctrl", "stibp", "flush-l1d",
  "arch-capabilities", "core-capability", "ssbd", "sha512", "sm3", "sm4", "avx-vnni", "avx512-bf16",
  "cmpccxadd", "fzrm", "fsrs", "fsrc", "fred", "lkgs", "wrmsrns", "amx-fp16", "avx-ifma", "lam",
  "avx-vnni-int8", "avx-ne-convert", "amx-complex", "avx-vnni-int16", "prefetchiti", "avx10",
  "intel-psfd", "ipred-ctrl", "rrsba-ctrl", "ddpd-u", "bhi-ctrl", "mcdt-no", "xsaveopt", "xsavec",
  "xgetbv1", "xsaves", "xfd", "mbm_total", "mbm_local", "sgx1", "sgx2", "sgx-edeccssa", "sgx-exinfo",
  "sgx-debug", "sgx-mode64", "sgx-provisionkey", "sgx-tokenkey", "sgx-kss", "sgx-aex-notify",
  "intel-pt-lip", "avx10-128", "avx10-256", "avx10-512", "lahf_lm", "cmp_legacy", "svm", "extapic",
  "cr8legacy", "abm", "sse4a", "misalignsse", "3dnowprefetch", "osvw", "ibs", "xop", "skinit", "wdt",
  "lwp", "fma4", "tce", "cvt16", "nodeid_msr", "tbm", "topoext", "perfctr_core", "perfctr_nb",
  "syscall", "nx", "mmxext", "fxsr_opt", "pdpe1gb", "rdtscp", "lm", "3dnowext", "3dnow",
  "overflow-recov", "succor", "invtsc", "clzero", "xsaveerptr", "wbnoinvd", "ibpb", "ibrs", "amd-stibp",
  "stibp-always-on", "amd-ssbd", "virt-ssbd", "amd-no-ssb", "amd-psfd", "npt", "lbrv", "svm-lock",
  "nrip-save", "tsc-scale", "vmcb-clean", "flushbyasid", "decodeassists", "pause-filter", "pfthreshold",
  "avic", "v-vmsave-vmload", "vgif", "vnmi", "svme-addr-chk", "no-nested-data-bp",
  "lfence-always-serializing", "null-sel-clr-base", "auto-ibrs", "eraps", "sbpb", "ibpb-brtype",
  "srso-no", "srso-user-kernel-no", "perfmon-v2", "split-lock-detect", "rdctl-no", "ibrs-all", "rsba",
  "skip-l1dfl-vmentry", "ssb-no", "mds-no", "pschange-mc-no", "tsx-ctrl", "taa-no", "sbdr-ssdp-no",
  "fbsdp-no", "psdp-no", "fb-clear", "pbrsb-no", "gds-no", "rfds-no", "rfds-clear", "vmx-ins-outs",
  "vmx-true-ctls", "vmx-any-errcode", "vmx-nested-exception", "vmx-store-lma", "vmx-activity-hlt",
  "vmx-activity-shutdown", "vmx-activity-wait-sipi", "vmx-vmwrite-vmexit-fields", "vmx-zero-len-inject",
  "vmx-apicv-xapic", "vmx-ept", "vmx-desc-exit", "vmx-rdtscp-exit", "vmx-apicv-x2apic", "vmx-vpid",
  "vmx-wbinvd-exit", "vmx-unrestricted-guest", "vmx-apicv-register", "vmx-apicv-vid", "vmx-ple",
  "vmx-rdrand-exit", "vmx-invpcid-exit", "vmx-vmfunc", "vmx-shadow-vmcs", "vmx-encls-exit",
  "vmx-rdseed-exit", "vmx-pml", "vmx-xsaves", "vmx-tsc-scaling", "vmx-enable-user-wait-pause",
  "vmx-ept-execonly", "vmx-page-walk-4", "vmx-page-walk-5", "vmx-ept-uc", "vmx-ept-wb", "vmx-ept-2mb",
  "vmx-ept-1gb", "vmx-invept", "vmx-eptad", "vmx-ept-advanced-exitinfo", "vmx-invept-single-context",
  "vmx-invept-all-context", "vmx-invvpid", "vmx-invvpid-single-addr", "vmx-invvpid-single-context",
  "vmx-invvpid-all-context", "vmx-invvpid-single-context-noglobals", "vmx-intr-exit", "vmx-nmi-exit",
  "vmx-vnmi", "vmx-preemption-timer", "vmx-posted-intr", "vmx-vintr-pending", "vmx-tsc-offset",
  "vmx-hlt-exit", "vmx-invlpg-exit", "vmx-mwait-exit", "vmx-rdpmc-exit", "vmx-rdtsc-exit",
  "vmx-cr3-load-noexit", "vmx-cr3-store-noexit", "vmx-cr8-load-exit", "vmx-cr8-store-exit",
  "vmx-flexpriority", "vmx-vnmi-pending", "vmx-movdr-exit", "vmx-io-exit", "vmx-io-bitmap", "vmx-mtf",
  "vmx-msr-bitmap", "vmx-monitor-exit", "vmx-pause-exit", "vmx-secondary-ctls",
  "vmx-exit-nosave-debugctl", "vmx-exit-load-perf-global-ctrl", "vmx-exit-ack-intr",
  "vmx-exit-save-pat", "vmx-exit-load-pat", "vmx-exit-save-efer", "vmx-exit-load-efer",
  "vmx-exit-save-preemption-timer", "vmx-exit-clear-bndcfgs", "vmx-exit-clear-rtit-ctl",
  "vmx-exit-load-pkrs", "vmx-exit-secondary-ctls", "vmx-entry-noload-debugctl", "vmx-entry-ia32e-mode",
  "vmx-entry-load-perf-global-ctrl", "vmx-entry-load-pat", "vmx-entry-load-efer",
  "vmx-entry-load-bndcfgs", "vmx-entry-load-rtit-ctl", "vmx-entry-load-pkrs", "vmx-entry-load-fred",
  "vmx-eptp-switching",
};

/* From the oldest to the newest. A model is BASE, an earlier one, with more features or (-) fewer. */
const struct x86_model x86_models[] = {
  { "486", .features = "fpu vme pse" },
  { "pentium", .base = "486", .features = "de tsc msr mce cx8 mmx" },
  { "pentium2", .base = "pentium", .features = "pae sep mtrr pge mca cmov pat pse36 fxsr" },
  { "pentium3", .base = "pentium2", .features = "sse" },
  { "pentiumpro", .base = "pentium3", .features = "apic sse2 -vme -mtrr -mca -pse36" },
  { "coreduo", .base = "pentium3", .vendor = "Intel",
    .features = "pni monitor apic clflush sse2 nx vmx-activity-hlt vmx-intr-exit vmx-nmi-exit "
                "vmx-vintr-pending vmx-tsc-offset vmx-hlt-exit vmx-invlpg-exit vmx-mwait-exit "
                "vmx-rdpmc-exit vmx-rdtsc-exit vmx-movdr-exit vmx-io-exit vmx-io-bitmap "
                "vmx-msr-bitmap vmx-monitor-exit vmx-pause-exit vmx-exit-ack-intr "
                "vmx-entry-ia32e-mode -pse36" },
  { "n270", .base = "pentium3", .vendor = "Intel",
    .features = "pni monitor ssse3 apic clflush sse2 nx -pse36" },
  { "core2duo", .base = "coreduo", .vendor = "Intel",
    .features = "ssse3 pse36 syscall lm vmx-ins-outs vmx-apicv-xapic vmx-vnmi vmx-cr8-load-exit "
                "vmx-cr8-store-exit vmx-flexpriority vmx-vnmi-pending vmx-secondary-ctls" },
  { "qemu32", .base = "pentiumpro", .features = "pni" },
  { "kvm32", .base = "coreduo", .features = "pse36 -monitor -vme -nx" },
  { "qemu64", .base = "n270", .features = "cx16 pse36 svm syscall lm -monitor -ssse3 -vme" },
  { "kvm64", .base = "kvm32",
    .features = "cx16 syscall nx lm vmx-cr8-load-exit vmx-cr8-store-exit vmx-flexpriority "
                "-vmx-msr-bitmap" },
  { "Conroe", .base = "core2duo", .vendor = "Intel", .signatures = "6:15 6:22",
    .features = "lahf_lm -monitor -vme" },
  { "Penryn", .base = "Conroe", .vendor = "Intel", .signatures = "6:23 6:29",
    .features = "cx16 sse4.1 vmx-wbinvd-exit vmx-exit-load-perf-global-ctrl "
                "vmx-entry-load-perf-global-ctrl" },
  { "Nehalem", .base = "Penryn", .vendor = "Intel", .signatures = "6:26 6:30 6:31 6:46",
    .features = "sse4.2 popcnt vmx-true-ctls vmx-ept vmx-desc-exit vmx-rdtscp-exit vmx-apicv-x2apic "
                "vmx-vpid vmx-ept-execonly vmx-page-walk-4 vmx-ept-2mb vmx-ept-1gb vmx-invept "
                "vmx-invept-single-context vmx-invept-all-context vmx-invvpid vmx-invvpid-single-addr "
                "vmx-invvpid-all-context vmx-invvpid-single-context-noglobals vmx-preemption-timer "
                "vmx-cr3-load-noexit vmx-cr3-store-noexit vmx-mtf vmx-exit-nosave-debugctl "
                "vmx-exit-save-pat vmx-exit-load-pat vmx-exit-save-efer vmx-exit-load-efer "
                "vmx-exit-save-preemption-timer vmx-entry-noload-debugctl vmx-entry-load-pat "
                "vmx-entry-load-efer" },
  { "Nehalem-IBRS", .base = "Nehalem", .vendor = "Intel", .signatures = "6:26 6:30 6:31 6:46",
    .features = "spec-ctrl" },
  { "Westmere", .base = "Nehalem", .vendor = "Intel", .signatures = "6:44 6:47 6:37",
    .features = "aes vmx-store-lma vmx-unrestricted-guest" },
  { "Westmere-IBRS", .base = "Westmere", .vendor = "Intel", .signatures = "6:44", .features = "spec-ctrl" },
  { "SandyBridge", .base = "Westmere", .vendor = "Intel", .signatures = "6:42 6:45",
    .features = "pclmuldq x2apic tsc-deadline xsave avx rdtscp" },
  { "SandyBridge-IBRS", .base = "SandyBridge", .vendor = "Intel", .signatures = "6:42 6:45",
    .features = "spec-ctrl" },
  { "IvyBridge", .base = "SandyBridge", .vendor = "Intel", .signatures = "6:58 6:62",
    .features = "f16c rdrand vme fsgsbase smep erms vmx-apicv-register vmx-apicv-vid vmx-rdrand-exit "
                "vmx-posted-intr" },
  { "IvyBridge-IBRS", .base = "IvyBridge", .vendor = "Intel", .signatures = "6:58 6:62",
    .features = "spec-ctrl" },
  { "Haswell-noTSX", .base = "IvyBridge", .vendor = "Intel", .signatures = "6:60 6:63 6:69 6:70",
    .features = "fma pcid movbe bmi1 avx2 bmi2 invpcid vmx-vmwrite-vmexit-fields vmx-invpcid-exit "
                "vmx-vmfunc vmx-shadow-vmcs vmx-eptad vmx-eptp-switching -f16c -rdrand -vme" },
  { "Haswell-noTSX-IBRS", .base = "Haswell-noTSX", .vendor = "Intel", .signatures = "6:60 6:63 6:69 6:70",
    .features = "spec-ctrl" },
  { "Haswell", .base = "Haswell-noTSX", .vendor = "Intel", .signatures = "6:60 6:63 6:69 6:70",
    .features = "hle rtm" },
  { "Haswell-IBRS", .base = "Haswell", .vendor = "Intel", .signatures = "6:60 6:63 6:69 6:70",
    .features = "spec-ctrl" },
  { "Broadwell-noTSX", .base = "Haswell-noTSX", .vendor = "Intel", .signatures = "6:61 6:71 6:79 6:86",
    .features = "rdseed adx smap 3dnowprefetch vmx-rdseed-exit vmx-pml" },
  { "Broadwell-noTSX-IBRS", .base = "Broadwell-noTSX", .vendor = "Intel",
    .signatures = "6:61 6:71 6:79 6:86",
    .features = "spec-ctrl" },
  { "Broadwell", .base = "Broadwell-noTSX", .vendor = "Intel", .signatures = "6:61 6:71 6:79 6:86",
    .features = "hle rtm" },
  { "Broadwell-IBRS", .base = "Broadwell", .vendor = "Intel", .signatures = "6:61 6:71 6:79 6:86",
    .features = "spec-ctrl" },
  { "Skylake-Client", .base = "Broadwell", .vendor = "Intel",
    .signatures = "6:94 6:78 6:142 6:158", .removed = "mpx",
    .features = "f16c rdrand vme arat xsaveopt xsavec xgetbv1 abm -vmx-apicv-x2apic "
                "-vmx-apicv-register -vmx-apicv-vid -vmx-posted-intr" },
  { "Skylake-Client-IBRS", .base = "Skylake-Client", .vendor = "Intel",
    .signatures = "6:94 6:78 6:142 6:158", .removed = "mpx",
    .features = "spec-ctrl" },
  { "Skylake-Server", .base = "Skylake-Client", .vendor = "Intel",
    .signatures = "6:85:0-4", .removed = "mpx",
    .features = "avx512f avx512dq clwb avx512cd avx512bw avx512vl pdpe1gb vmx-apicv-x2apic "
                "vmx-apicv-register vmx-apicv-vid vmx-posted-intr -vmx-eptp-switching" },
  { "Skylake-Server-IBRS", .base = "Skylake-Server", .vendor = "Intel",
    .signatures = "6:85:0-4", .removed = "mpx",
    .features = "spec-ctrl" },
  { "Cascadelake-Server", .base = "Skylake-Server-IBRS", .vendor = "Intel",
    .signatures = "6:85:5-7", .removed = "mpx",
    .features = "clflushopt avx512vnni ssbd" },
  { "Icelake-Client", .base = "qemu64", .vendor = "Intel", .signatures = "6:126", .removed = "intel-pt",
    .features = "pclmuldq ssse3 fma pcid sse4.1 sse4.2 x2apic movbe popcnt tsc-deadline aes xsave avx "
                "f16c rdrand vme arat fsgsbase bmi1 hle avx2 smep bmi2 erms invpcid rtm mpx rdseed "
                "adx smap avx512vbmi umip pku avx512vbmi2 gfni vaes vpclmulqdq avx512vnni "
                "avx512bitalg avx512-vpopcntdq spec-ctrl ssbd xsaveopt xsavec xgetbv1 lahf_lm abm "
                "3dnowprefetch rdtscp wbnoinvd -svm" },
  { "Icelake-Server", .base = "Cascadelake-Server", .vendor = "Intel",
    .signatures = "6:106", .removed = "intel-pt mpx",
    .features = "avx512vbmi umip pku avx512vbmi2 gfni vaes vpclmulqdq avx512bitalg avx512-vpopcntdq "
                "la57 wbnoinvd -vmx-rdseed-exit -vmx-pml" },
  { "Cooperlake", .base = "Cascadelake-Server", .vendor = "Intel", .signatures = "6:85:10-11",
    .features = "pku stibp arch-capabilities avx512-bf16 rdctl-no ibrs-all skip-l1dfl-vmentry mds-no "
                "pschange-mc-no taa-no vmx-xsaves vmx-eptp-switching" },
  { "Snowridge", .base = "Broadwell-noTSX-IBRS", .vendor = "Intel", .signatures = "6:134",
    .features = "rdrand vme arat clflushopt clwb sha-ni umip gfni cldemote movdiri movdir64b "
                "arch-capabilities core-capability ssbd xsaveopt xsavec xgetbv1 pdpe1gb "
                "split-lock-detect vmx-xsaves -fma -pcid -avx -bmi1 -avx2 -bmi2 -invpcid -adx" },
  { "SapphireRapids", .base = "Cooperlake", .vendor = "Intel", .signatures = "6:143",
    .features = "avx512ifma sha-ni avx512vbmi umip avx512vbmi2 gfni vaes vpclmulqdq avx512bitalg "
                "avx512-vpopcntdq la57 rdpid bus-lock-detect fsrm serialize tsx-ldtrk amx-bf16 "
                "avx512-fp16 amx-tile amx-int8 avx-vnni fzrm fsrs fsrc xsaves xfd wbnoinvd "
                "vmx-page-walk-5 -stibp" },
  { "GraniteRapids", .base = "SapphireRapids", .vendor = "Intel", .signatures = "6:173",
    .features = "amx-fp16 prefetchiti mcdt-no sbdr-ssdp-no fbsdp-no psdp-no pbrsb-no" },
  { "SierraForest", .base = "GraniteRapids", .vendor = "Intel", .signatures = "6:175",
    .features = "cmpccxadd avx-ifma avx-vnni-int8 avx-ne-convert -hle -rtm -avx512f -avx512dq "
                "-avx512ifma -avx512cd -avx512bw -avx512vl -avx512vbmi -avx512vbmi2 -avx512vnni "
                "-avx512bitalg -avx512-vpopcntdq -la57 -tsx-ldtrk -amx-bf16 -avx512-fp16 -amx-tile "
                "-amx-int8 -avx512-bf16 -fzrm -fsrc -amx-fp16 -prefetchiti -xfd -taa-no "
                "-vmx-page-walk-5" },
  { "Denverton", .base = "Snowridge", .vendor = "Intel", .signatures = "6:95",
    .features = "mpx rdctl-no skip-l1dfl-vmentry -clwb -umip -gfni -cldemote -movdiri -movdir64b "
                "-core-capability -split-lock-detect -vmx-xsaves -vmx-invvpid" },
  { "KnightsMill", .base = "Icelake-Client", .vendor = "Intel", .signatures = "6:133",
    .features = "ss avx512f avx512pf avx512er avx512cd avx512-4vnniw avx512-4fmaps pdpe1gb -pcid -hle "
                "-invpcid -rtm -mpx -smap -avx512vbmi -umip -pku -avx512vbmi2 -gfni -vaes -vpclmulqdq "
                "-avx512vnni -avx512bitalg -spec-ctrl -ssbd -xsavec -xgetbv1 -wbnoinvd" },
  { "athlon", .base = "pentium3", .vendor = "AMD", .features = "apic sse2 mmxext 3dnowext 3dnow -mca" },
  { "phenom", .base = "qemu64", .vendor = "AMD",
    .features = "monitor mmxext fxsr_opt 3dnowext 3dnow -cx16" },
  { "Opteron_G1", .base = "qemu64", .vendor = "AMD", .signatures = "15:6", .features = "-cx16 -svm" },
  { "Opteron_G2", .base = "qemu64", .vendor = "AMD", .signatures = "15:6", .features = "lahf_lm rdtscp" },
  { "Opteron_G3", .base = "Opteron_G2", .vendor = "AMD", .signatures = "15:6", .removed = "monitor",
    .features = "popcnt abm sse4a misalignsse" },
  { "Opteron_G4", .base = "Opteron_G3", .vendor = "AMD", .signatures = "21:1",
    .features = "pclmuldq ssse3 sse4.1 sse4.2 aes xsave avx 3dnowprefetch xop fma4 pdpe1gb" },
  { "Opteron_G5", .base = "Opteron_G4", .vendor = "AMD", .signatures = "21:2", .features = "fma f16c tbm" },
  { "EPYC", .base = "Opteron_G5", .vendor = "AMD", .signatures = "23:1", .removed = "monitor",
    .features = "movbe rdrand vme arat fsgsbase bmi1 avx2 smep bmi2 rdseed adx smap clflushopt sha-ni "
                "xsaveopt xsavec xgetbv1 cr8legacy osvw mmxext fxsr_opt -xop -fma4 -tbm" },
  { "EPYC-IBPB", .base = "EPYC", .vendor = "AMD", .signatures = "23:1", .removed = "monitor",
    .features = "ibpb" },
  { "EPYC-Rome", .base = "EPYC-IBPB", .vendor = "AMD", .signatures = "23:49",
    .features = "clwb umip rdpid perfctr_core clzero xsaveerptr wbnoinvd amd-stibp npt nrip-save" },
  { "EPYC-Milan", .base = "EPYC-Rome", .vendor = "AMD", .signatures = "25:1",
    .features = "pcid erms invpcid pku fsrm xsaves ibrs amd-ssbd svme-addr-chk" },
  { "EPYC-Genoa", .base = "EPYC-Milan", .vendor = "AMD", .signatures = "25:17",
    .features = "avx512f avx512dq avx512ifma avx512cd avx512bw avx512vl avx512vbmi avx512vbmi2 gfni "
                "vaes vpclmulqdq avx512vnni avx512bitalg avx512-vpopcntdq la57 avx512-bf16 "
                "stibp-always-on amd-psfd vnmi no-nested-data-bp lfence-always-serializing "
                "null-sel-clr-base auto-ibrs" },
  { "Dhyana", .base = "EPYC-IBPB", .vendor = "Hygon", .signatures = "24:0", .removed = "monitor",
    .features = "-pclmuldq -aes -sha-ni" },
};

const size_t x86_n_models = ARRAY_SIZE(x86_models);
