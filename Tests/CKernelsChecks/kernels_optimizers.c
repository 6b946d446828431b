#include "kernels_optimizers.h"

#include "check.h"

static double larger(double a, double b) { return a > b ? a : b; }

static void adam(ptrdiff_t n, bool keeps_largest) {
  const kernel_adam_update update = {
      .learning_rate = 0.01f, .beta1 = 0.9f, .beta2 = 0.99f, .epsilon = 1e-3f,
      .bias_correction1 = 0.19f, .bias_correction2 = 0.0199f,
      .decay = 0.1f, .decoupled_decay = 0.2f, .gradient_scale = 0.5f};
  float *parameter = check_floats(n), *first = check_floats(n), *second = check_floats(n);
  float *largest = keeps_largest ? check_floats(n) : NULL;
  const float *gradient = check_floats(n);
  double *expected = check_memory((size_t)n * sizeof *expected);
  for (ptrdiff_t i = 0; i < n; i++) {
    second[i] = fabsf(second[i]);
    const double g = 0.5 * gradient[i] + (double)update.decay * parameter[i];
    const double m = first[i] + 0.1 * (g - first[i]), v = 0.99 * second[i] + 0.01 * g * g;
    const double bound = keeps_largest ? larger(v, largest[i]) : v;
    expected[i] = parameter[i] * (1 - 0.01 * 0.2) -
                  0.01 / 0.19 * m / (sqrt(bound) / sqrt(0.0199) + 1e-3);
  }
  kernel_adam_float32(&update, parameter, gradient, first, second, largest, n);
  for (ptrdiff_t i = 0; i < n; i++) EXPECT_CLOSE(parameter[i], expected[i], 1e-4);
}

CHECK(adam) {
  FOR_LENGTHS(n) {
    adam(n, false);
    adam(n, true);
  }
}
