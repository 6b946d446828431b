#include "kernels_state.h"

_Thread_local kernel_thread_state kernel_thread_state_storage = {0, 0, -1, 0, 0, 0};
