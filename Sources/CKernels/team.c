#define _GNU_SOURCE
#include "kernels_team.h"

#include <linux/futex.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The gate that workers pass to join the current loop: open or closed, and how many are inside.
// Whoever is inside may read the loop; the caller reuses it only once the gate is closed and all
// have left.
#define GATE_OPEN 0x80000000u
#define GATE_COUNT 0x0000FFFFu
#define MAXIMUM_SIZE 1024

// How long a thread that waits looks again and again before it sleeps. Waking a sleeper costs tens
// of microseconds, which the next loop of a training step would pay; looking for longer would take
// the processor from other programs.
#define PATIENCE_NANOSECONDS 60000

static _Atomic int32_t team_size = 0;
static _Thread_local int32_t is_inside = 0;

// Each thread begins with a share of consecutive blocks; `next` is the first that nobody has taken.
static struct {
  _Alignas(64) _Atomic int64_t next;
} shares[MAXIMUM_SIZE];

// What waiting threads look at lies on cache lines of its own, as what blocks are counted with does.
static struct {
  _Alignas(64) _Atomic uint32_t epoch;
  _Alignas(64) _Atomic uint32_t gate;
  _Atomic int32_t caller_sleeps;
  _Alignas(64) _Atomic int32_t sleepers;
  _Atomic int32_t is_taken;
  int64_t blocks;
  int32_t size;
  int32_t workers;
  void *context;
  kernel_team_body body;
} team;

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

static int32_t clamp_size(int64_t size) {
  return size < 1 ? 1 : size > MAXIMUM_SIZE ? MAXIMUM_SIZE : (int32_t)size;
}

static int32_t default_size(void) {
  const char *asked = getenv("OMP_NUM_THREADS");
  if (asked && atoi(asked) > 0) return clamp_size(atoi(asked));
  cpu_set_t set;
  int64_t processors = 1;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    processors = CPU_COUNT(&set);
  else
    processors = sysconf(_SC_NPROCESSORS_ONLN);  // A set of more than 1024 processors.
  double quota = cgroup_quota();
  if (quota > 0 && ceil(quota) < processors) processors = (int64_t)ceil(quota);
  return clamp_size(processors);
}

int32_t kernel_team_size(void) {
  int32_t size = atomic_load_explicit(&team_size, memory_order_relaxed);
  if (size != 0) return size;
  // What another thread has set meanwhile counts.
  int32_t found = default_size();
  return atomic_compare_exchange_strong(&team_size, &size, found) ? found : size;
}

void kernel_team_set_size(int32_t threads) {
  atomic_store_explicit(&team_size, clamp_size(threads), memory_order_relaxed);
}

static void sleep_while(_Atomic uint32_t *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(_Atomic uint32_t *word, int32_t count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Looks at `word` until it is no longer `value` or patience ends; says whether it changed.
static int32_t spin_while(_Atomic uint32_t *word, uint32_t value) {
  int64_t end = nanoseconds() + PATIENCE_NANOSECONDS;
  do {
    for (int i = 0; i < 32; i++) {
      if (atomic_load_explicit(word, memory_order_acquire) != value) return 1;
      pause_briefly();
    }
  } while (nanoseconds() < end);
  return atomic_load_explicit(word, memory_order_acquire) != value;
}

// The first block of a thread's share; the sizes of shares differ by one at most.
static inline int64_t first_of_share(int32_t share) {
  int64_t size = team.size, rest = team.blocks % size;
  return team.blocks / size * share + (share < rest ? share : rest);
}

// Runs a thread's own share of the blocks, and then what is left of others': in one loop after the
// other a thread meets the same rows, which its caches still hold.
static void run_blocks(int32_t thread) {
  int32_t size = team.size;
  for (int32_t i = 0; i < size; i++) {
    int32_t share = thread + i < size ? thread + i : thread + i - size;
    _Atomic int64_t *next = &shares[share].next;
    int64_t end = first_of_share(share + 1);
    // Looking first leaves the counters of finished shares where they are.
    while (atomic_load_explicit(next, memory_order_relaxed) < end) {
      int64_t block = atomic_fetch_add_explicit(next, 1, memory_order_relaxed);
      if (block < end) team.body(team.context, block);
    }
  }
}

// Passes the gate where it is open and the loop may have another thread.
static int32_t join_loop(void) {
  uint32_t gate = atomic_load_explicit(&team.gate, memory_order_relaxed);
  while ((gate & GATE_OPEN) && (int32_t)(gate & GATE_COUNT) + 1 < MAXIMUM_SIZE) {
    if (atomic_compare_exchange_weak_explicit(
            &team.gate, &gate, gate + 1, memory_order_acquire, memory_order_relaxed))
      return 1;
  }
  return 0;
}

static void leave_loop(void) {
  uint32_t gate = atomic_fetch_sub(&team.gate, 1) - 1;
  if (gate == 0 && atomic_load(&team.caller_sleeps)) wake(&team.gate, 1);
}

static void *work(void *argument) {
  int32_t index = (int32_t)(intptr_t)argument;
  uint32_t seen = 0;
  is_inside = 1;
  for (;;) {
    if (!spin_while(&team.epoch, seen)) {
      atomic_fetch_add(&team.sleepers, 1);
      sleep_while(&team.epoch, seen);
      atomic_fetch_sub(&team.sleepers, 1);
    }
    uint32_t epoch = atomic_load_explicit(&team.epoch, memory_order_acquire);
    if (epoch == seen) continue;
    seen = epoch;
    if (join_loop()) {
      // Threads beyond the size asked for leave at once.
      if (index < team.size - 1) run_blocks(index + 1);
      leave_loop();
    }
  }
  return NULL;
}

// A forked process has one thread: it starts a team of its own.
static void forget_workers(void) {
  team.workers = 0;
  atomic_store(&team.sleepers, 0);
  atomic_store(&team.gate, 0);
  atomic_store(&team.caller_sleeps, 0);
  atomic_store(&team.is_taken, 0);
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(NULL, NULL, forget_workers);
}

// Workers take no signals: those belong to the program's own threads.
static void start_workers(int32_t wanted) {
  if (team.workers >= wanted) return;
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  while (team.workers < wanted) {
    pthread_t thread;
    void *index = (void *)(intptr_t)team.workers;
    if (pthread_create(&thread, &attributes, work, index) != 0) break;
    team.workers++;
  }
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
}

static void wait_for_workers(void) {
  uint32_t gate = atomic_fetch_and(&team.gate, ~GATE_OPEN) & ~GATE_OPEN;
  while (gate != 0) {
    if (!spin_while(&team.gate, gate)) {
      atomic_store(&team.caller_sleeps, 1);
      gate = atomic_load(&team.gate);
      if (gate != 0) sleep_while(&team.gate, gate);
      atomic_store(&team.caller_sleeps, 0);
    }
    gate = atomic_load_explicit(&team.gate, memory_order_acquire);
  }
}

void kernel_team_run(int64_t blocks, void *context, kernel_team_body body) {
  int32_t size = kernel_team_size();
  if (blocks < size) size = (int32_t)blocks;
  // A team that serves another thread is not waited for: the loop gives the same bits here.
  if (size <= 1 || is_inside || atomic_exchange_explicit(&team.is_taken, 1, memory_order_acquire)) {
    for (int64_t block = 0; block < blocks; block++) body(context, block);
    return;
  }
  start_workers(size - 1);
  is_inside = 1;
  team.blocks = blocks;
  team.context = context;
  team.body = body;
  team.size = size;
  for (int32_t share = 0; share < size; share++)
    atomic_store_explicit(&shares[share].next, first_of_share(share), memory_order_relaxed);
  atomic_store(&team.gate, GATE_OPEN);
  atomic_fetch_add(&team.epoch, 1);
  int32_t sleepers = atomic_load(&team.sleepers);
  // Whom a wake reaches cannot be chosen, so all are woken where some may be beyond the size.
  if (sleepers > 0) wake(&team.epoch, team.workers > size - 1 ? sleepers : size - 1);
  run_blocks(0);
  wait_for_workers();
  is_inside = 0;
  atomic_store_explicit(&team.is_taken, 0, memory_order_release);
}
