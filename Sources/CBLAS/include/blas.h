// OpenBLAS behind plain C functions.
//
// Every function runs on the calling thread alone, whatever the OpenMP settings: work is divided
// by the caller, so that results do not depend on how many threads there are.
#ifndef MYELIN_BLAS_H
#define MYELIN_BLAS_H

#include <stdint.h>

/// c = a · b + beta · c for row-major c [m, n]. `a` is [m, k] with rows `lda` apart, or its
/// transpose [k, m] where `a_transposed`; likewise `b`.
void blas_gemm_float32(int32_t a_transposed, int32_t b_transposed, int64_t m, int64_t n, int64_t k,
                       const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                       float *c, int64_t ldc);

void blas_gemm_float64(int32_t a_transposed, int32_t b_transposed, int64_t m, int64_t n, int64_t k,
                       const double *a, int64_t lda, const double *b, int64_t ldb, double beta,
                       double *c, int64_t ldc);

/// Whether OpenBLAS recognized a processor as able as this one is: a release older than the
/// processor may fall back to instructions of half or a quarter of its width.
int32_t blas_fits_processor(void);

/// OpenBLAS's version and how it was built, as it says itself.
const char *blas_configuration(void);

/// Whether the processor has 512-bit vectors.
int32_t blas_processor_has_avx512(void);

#endif
