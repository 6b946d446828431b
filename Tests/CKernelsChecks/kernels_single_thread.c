#include "kernels_single_thread.h"

#include "check.h"

// Stands in for OpenMP's runtime, which the kernels themselves do without.
static int threads, calls;

int omp_get_max_threads(void) { return threads; }

void omp_set_num_threads(int count) {
  threads = count;
  calls++;
}

CHECK(single_thread) {
  for (int asked = 1; asked <= 3; asked++) {
    threads = asked;
    calls = 0;
    const int before = single_thread_enter();
    EXPECT(before == asked && threads == 1);
    single_thread_leave(before);
    EXPECT(threads == asked && calls == (asked == 1 ? 0 : 2));
  }
}
