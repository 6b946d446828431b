#include "kernels_state.h"

#include <pthread.h>

#include "check.h"

static void *other_thread(void *context) {
  (void)context;
  EXPECT(kernel_current_thread_state()->gradient_depth == 0);
  EXPECT(kernel_current_thread_state()->training_override == -1);
  return NULL;
}

CHECK(state) {
  kernel_thread_state *state = kernel_current_thread_state();
  EXPECT(state == &kernel_thread_state_storage && state->training_override == -1);
  state->gradient_depth = 1;
  state->training_override = 0;
  pthread_t thread;
  EXPECT(pthread_create(&thread, NULL, other_thread, NULL) == 0);
  EXPECT(pthread_join(thread, NULL) == 0);
  EXPECT(kernel_current_thread_state()->gradient_depth == 1);
  state->gradient_depth = 0;
  state->training_override = -1;
}
