#include <dnnl.h>

#include "onednn.h"
#include "kernels_single_thread.h"

int32_t onednn_gemm_float32(int32_t a_transposed, int32_t b_transposed, int64_t m, int64_t n,
                            int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb,
                            float beta, float *c, int64_t ldc) {
  int threads = single_thread_enter();
  dnnl_status_t status = dnnl_sgemm(a_transposed ? 'T' : 'N', b_transposed ? 'T' : 'N', m, n, k,
                                    1.0f, a, lda, b, ldb, beta, c, ldc);
  single_thread_leave(threads);
  return status;
}

int32_t onednn_version_number(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 1000000 + version->minor * 1000 + version->patch;
}
