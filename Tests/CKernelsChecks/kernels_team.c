#define _GNU_SOURCE
#include "kernels_team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { CALLERS = 4, MAXIMUM_BLOCKS = 40 };

// A loop whose every block reads what the caller wrote and writes a number of its own, neither with
// atomic operations: the thread sanitizer sees where the team does not order them.
typedef struct {
  int64_t factor;
  int64_t results[MAXIMUM_BLOCKS];
  // How long a block takes, in microseconds.
  useconds_t pause;
} loop;

static void run_block(void *context, int64_t block) {
  loop *loop = context;
  if (loop->pause) usleep(loop->pause);
  loop->results[block] += loop->factor * block;
}

static void run_loop(int64_t blocks, int64_t factor, useconds_t pause) {
  loop loop = {.factor = factor, .pause = pause};
  kernel_team_run(blocks, &loop, run_block);
  for (int64_t block = 0; block < MAXIMUM_BLOCKS; block++)
    EXPECT(loop.results[block] == (block < blocks ? factor * block : 0));
}

CHECK(team) {
  const int32_t size = kernel_team_size();
  EXPECT(size >= 1);
  for (int32_t threads = 1; threads <= 7; threads += 2) {
    kernel_team_set_size(threads);
    EXPECT(kernel_team_size() == threads);
    for (int64_t blocks = 0; blocks <= MAXIMUM_BLOCKS; blocks++) run_loop(blocks, threads, 0);
  }
  kernel_team_set_size(0);
  EXPECT(kernel_team_size() == 1);
  kernel_team_set_size(size);
}

// Workers sleep between loops that are far apart, the caller within one whose last block is long.
CHECK(team_sleeps_and_wakes) {
  const int32_t size = kernel_team_size();
  kernel_team_set_size(3);
  for (int i = 0; i < 30; i++) {
    usleep(i % 3 == 0 ? 400 : 20);
    run_loop(4, i, i % 2 ? 300 : 0);
  }
  kernel_team_set_size(size);
}

static void run_nested_block(void *context, int64_t block) {
  loop *loops = context;
  kernel_team_run(1 + block, &loops[block], run_block);
}

CHECK(team_nested) {
  enum { OUTER = 12 };
  const int32_t size = kernel_team_size();
  kernel_team_set_size(4);
  for (int i = 0; i < 50; i++) {
    loop loops[OUTER] = {0};
    for (int64_t outer = 0; outer < OUTER; outer++) loops[outer].factor = i + outer;
    kernel_team_run(OUTER, loops, run_nested_block);
    for (int64_t outer = 0; outer < OUTER; outer++)
      for (int64_t inner = 0; inner <= outer; inner++)
        EXPECT(loops[outer].results[inner] == (i + outer) * inner);
  }
  kernel_team_set_size(size);
}

// EXPECT is for one thread at a time: the others tell the first what they found.
typedef struct {
  pthread_t thread;
  int64_t index;
  int64_t wrong;
} caller;

static _Atomic int32_t is_resizing;

static void *call_often(void *argument) {
  caller *caller = argument;
  for (int64_t i = 0; i < 200; i++) {
    const int64_t blocks = 1 + (i * 7 + caller->index) % MAXIMUM_BLOCKS;
    loop loop = {.factor = i};
    kernel_team_run(blocks, &loop, run_block);
    for (int64_t block = 0; block < blocks; block++)
      caller->wrong += loop.results[block] != i * block;
    if (i % 50 == 0) usleep(200);
  }
  return NULL;
}

static void *resize_often(void *argument) {
  (void)argument;
  for (int32_t size = 1; atomic_load(&is_resizing); size = size % 6 + 1) {
    kernel_team_set_size(size);
    usleep(50);
  }
  return NULL;
}

CHECK(team_of_many_callers) {
  const int32_t size = kernel_team_size();
  kernel_team_set_size(3);
  caller callers[CALLERS] = {0};
  pthread_t resizer;
  atomic_store(&is_resizing, 1);
  EXPECT(pthread_create(&resizer, NULL, resize_often, NULL) == 0);
  for (int64_t i = 0; i < CALLERS; i++) {
    callers[i].index = i;
    EXPECT(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]) == 0);
  }
  for (int64_t i = 0; i < CALLERS; i++) {
    EXPECT(pthread_join(callers[i].thread, NULL) == 0);
    EXPECT(callers[i].wrong == 0);
  }
  atomic_store(&is_resizing, 0);
  EXPECT(pthread_join(resizer, NULL) == 0);
  kernel_team_set_size(size);
}

// The thread sanitizer does not follow threads of a forked process, and an emulator starts none.
#if !__has_feature(thread_sanitizer) && !defined(CHECK_EMULATED)
CHECK(team_after_fork) {
  const int32_t size = kernel_team_size();
  kernel_team_set_size(3);
  run_loop(9, 1, 0);
  const pid_t child = fork();
  if (child == 0) {
    loop loop = {.factor = 2};
    for (int i = 0; i < 3; i++) kernel_team_run(9, &loop, run_block);
    _exit(loop.results[8] == 48 ? 0 : 1);
  }
  int status = 1;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
  run_loop(9, 1, 0);
  kernel_team_set_size(size);
}
#endif
