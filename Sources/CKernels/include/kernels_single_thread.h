// Keeps a library that runs on OpenMP on the calling thread.
#ifndef MYELIN_KERNELS_SINGLE_THREAD_H
#define MYELIN_KERNELS_SINGLE_THREAD_H

extern int omp_get_max_threads(void);
extern void omp_set_num_threads(int);

// OpenMP's thread count is a setting of each thread. OpenBLAS reads it on every call, oneDNN when a
// primitive is created and when it runs. What the caller had set is given back afterwards.
static inline int single_thread_enter(void) {
  int threads = omp_get_max_threads();
  if (threads != 1) omp_set_num_threads(1);
  return threads;
}

static inline void single_thread_leave(int threads) {
  if (threads != 1) omp_set_num_threads(threads);
}

#endif
