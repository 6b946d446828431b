#ifndef MYELIN_KERNELS_STATE_H
#define MYELIN_KERNELS_STATE_H

#include <stdint.h>

/// What the calling thread is doing; Swift has no cheap thread-local variables of its own.
typedef struct {
  /// How many gradient closures surround the call.
  int32_t gradient_depth;
  /// Above zero where operations are not recorded.
  int32_t unrecorded_depth;
  /// 1 where layers behave as in training, 0 where as in inference, -1 where being inside a
  /// gradient closure decides.
  int32_t training_override;
  /// 0: the CPU backend, 1: the reference backend, 2: the CPU backend under the eyes of `watch`.
  int32_t backend;
  /// What records this thread's operations instead of running them; null where they run.
  void *trace;
  /// What looks at this thread's operations; null where nobody does.
  void *watch;
} kernel_thread_state;

extern _Thread_local kernel_thread_state kernel_thread_state_storage;

static inline kernel_thread_state *kernel_current_thread_state(void) {
  return &kernel_thread_state_storage;
}

#endif
