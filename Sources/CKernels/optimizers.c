#include "kernels_optimizers.h"

#include "mathematics.h"
#include "variants.h"

#define KERNEL_LOOPS "optimizers.inc"
#include "variants.inc"

// Moments of gradients that have become 0 shrink at every step until they are subnormal numbers, on
// which processors compute a hundred times slower. They count as 0 instead, which is
// far below what the epsilon beside them leaves of them.
#if defined(__x86_64__)
typedef unsigned int rounding;
static rounding flush_subnormals(void) {
  rounding before = __builtin_ia32_stmxcsr();
  // FTZ for results, DAZ for operands.
  __builtin_ia32_ldmxcsr(before | 0x8040);
  return before;
}
static void restore_subnormals(rounding before) { __builtin_ia32_ldmxcsr(before); }
#elif defined(__aarch64__)
typedef unsigned long rounding;
static rounding flush_subnormals(void) {
  rounding before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | 1UL << 24));
  return before;
}
static void restore_subnormals(rounding before) {
  __asm__ volatile("msr fpcr, %0" : : "r"(before));
}
#else
typedef int rounding;
static rounding flush_subnormals(void) { return 0; }
static void restore_subnormals(rounding before) { (void)before; }
#endif

void kernel_adam_float32(const kernel_adam_update *update, float *parameter, const float *gradient,
                         float *first, float *second, float *largest, ptrdiff_t count) {
  const rounding before = flush_subnormals();
  // Nothing is computed before or after these.
  __asm__ volatile("" : : : "memory");
  CHOOSE(kernel_adam_float32, update, parameter, gradient, first, second, largest, count);
  __asm__ volatile("" : : : "memory");
  restore_subnormals(before);
}
