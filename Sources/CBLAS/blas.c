#include "blas.h"

#include "kernels_single_thread.h"

#include <cblas.h>
#include <stddef.h>
#include <strings.h>

static inline CBLAS_TRANSPOSE transposition(int32_t transposed) {
  return transposed ? CblasTrans : CblasNoTrans;
}

void blas_gemm_float32(int32_t a_transposed, int32_t b_transposed, int64_t m, int64_t n, int64_t k,
                       const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                       float *c, int64_t ldc) {
  int threads = single_thread_enter();
  cblas_sgemm(CblasRowMajor, transposition(a_transposed), transposition(b_transposed), (blasint)m,
              (blasint)n, (blasint)k, 1.0f, a, (blasint)lda, b, (blasint)ldb, beta, c,
              (blasint)ldc);
  single_thread_leave(threads);
}

void blas_gemm_float64(int32_t a_transposed, int32_t b_transposed, int64_t m, int64_t n, int64_t k,
                       const double *a, int64_t lda, const double *b, int64_t ldb, double beta,
                       double *c, int64_t ldc) {
  int threads = single_thread_enter();
  cblas_dgemm(CblasRowMajor, transposition(a_transposed), transposition(b_transposed), (blasint)m,
              (blasint)n, (blasint)k, 1.0, a, (blasint)lda, b, (blasint)ldb, beta, c,
              (blasint)ldc);
  single_thread_leave(threads);
}

const char *blas_configuration(void) { return openblas_get_config(); }

int32_t blas_processor_has_avx512(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return 0;
#endif
}

int32_t blas_fits_processor(void) {
#if defined(__x86_64__)
  static const char *const wide[] = {"SkylakeX", "Cooperlake", "SapphireRapids"};
  static const char *const middle[] = {"Haswell", "Zen"};
  const char *core = openblas_get_corename();
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
    if (strcasecmp(core, wide[i]) == 0) return 1;
  if (blas_processor_has_avx512()) return 0;
  for (size_t i = 0; i < sizeof middle / sizeof *middle; i++)
    if (strcasecmp(core, middle[i]) == 0) return 1;
  return !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
#else
  return 1;
#endif
}
