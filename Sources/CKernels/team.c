#define _GNU_SOURCE
#include "kernels_team.h"

#include <math.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// libgomp's entry points: clang outlines no parallel region here, the loop bodies come from Swift.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_in_parallel(void);

static _Atomic int32_t team_size = 0;

// The processors that a cgroup (version 2 or 1) lets this process use, or 0 where it sets no limit.
static double cgroup_quota(void) {
  double quota = 0, period = 0;
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "r");
  if (file) {
    char first[32];
    if (fscanf(file, "%31s %lf", first, &period) == 2 && strcmp(first, "max") != 0)
      quota = atof(first);
    fclose(file);
  } else if ((file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "r"))) {
    if (fscanf(file, "%lf", &quota) != 1) quota = 0;
    fclose(file);
    file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "r");
    if (file) {
      if (fscanf(file, "%lf", &period) != 1) period = 0;
      fclose(file);
    }
  }
  return quota > 0 && period > 0 ? quota / period : 0;
}

static int32_t default_size(void) {
  const char *asked = getenv("OMP_NUM_THREADS");
  if (asked && atoi(asked) > 0) return atoi(asked);
  cpu_set_t set;
  int32_t processors = 1;
  if (sched_getaffinity(0, sizeof set, &set) == 0) processors = CPU_COUNT(&set);
  double quota = cgroup_quota();
  if (quota > 0 && ceil(quota) < processors) processors = (int32_t)ceil(quota);
  return processors > 0 ? processors : 1;
}

int32_t kernel_team_size(void) {
  int32_t size = atomic_load_explicit(&team_size, memory_order_relaxed);
  if (size == 0) {
    size = default_size();
    atomic_store_explicit(&team_size, size, memory_order_relaxed);
  }
  return size;
}

void kernel_team_set_size(int32_t threads) {
  atomic_store_explicit(&team_size, threads > 1 ? threads : 1, memory_order_relaxed);
}

int32_t kernel_team_is_inside(void) { return omp_in_parallel() != 0; }

typedef struct {
  _Atomic int64_t next;
  int64_t blocks;
  void *context;
  kernel_team_body body;
} loop_state;

static void run_share(void *argument) {
  loop_state *loop = argument;
  for (;;) {
    int64_t block = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
    if (block >= loop->blocks) return;
    loop->body(loop->context, block);
  }
}

void kernel_team_run(int64_t blocks, void *context, kernel_team_body body) {
  int32_t threads = kernel_team_size();
  if (blocks < threads) threads = (int32_t)blocks;
  if (threads <= 1 || omp_in_parallel()) {
    for (int64_t block = 0; block < blocks; block++) body(context, block);
    return;
  }
  loop_state loop = {0, blocks, context, body};
  GOMP_parallel(run_share, &loop, (unsigned)threads, 0);
}
