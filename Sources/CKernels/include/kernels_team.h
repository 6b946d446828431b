#ifndef MYELIN_KERNELS_TEAM_H
#define MYELIN_KERNELS_TEAM_H

#include <stdint.h>

/// One block of a parallel loop.
typedef void (*kernel_team_body)(void *context, int64_t block);

/// Runs `body(context, 0)` … `body(context, blocks - 1)` on the process's one team of threads. Each
/// thread begins with a share of consecutive blocks, the same one in every loop of as many blocks, so
/// that it finds in its caches what it left there in the loop before; whoever is done takes blocks of
/// others. Runs them on the calling thread when there is one block, one thread, when called from
/// inside another loop, or while the team serves another thread's loop. Which thread runs a block
/// never shows in the result.
void kernel_team_run(int64_t blocks, void *context, kernel_team_body body);

/// How many threads the team has: the number of processors that the process may use (its CPU set
/// and cgroup quota), unless OMP_NUM_THREADS or `kernel_team_set_size` says otherwise.
int32_t kernel_team_size(void);

/// Sets the number of threads for loops that start from now on; at least 1.
void kernel_team_set_size(int32_t threads);

#endif
