#include "kernels_random.h"

#include "check.h"

// Word `word` of block `counter` of the Philox-4x32-10 stream.
static uint32_t philox(uint64_t key, uint64_t counter, int word) {
  uint32_t c[4] = {(uint32_t)counter, (uint32_t)(counter >> 32), 0, 0};
  uint32_t k[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
  for (int round = 0; round < 10; round++) {
    const uint64_t a = (uint64_t)c[0] * 0xD2511F53u, b = (uint64_t)c[2] * 0xCD9E8D57u;
    const uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k[0], (uint32_t)b,
                              (uint32_t)(a >> 32) ^ c[3] ^ k[1], (uint32_t)a};
    for (int i = 0; i < 4; i++) c[i] = next[i];
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
  return c[word];
}

CHECK(random) {
  // The stream's known answer for the key and the counter 0.
  EXPECT(philox(0, 0, 0) == 0x6627E8D5u && philox(0, 0, 3) == 0x9B00DBD8u);
  const uint64_t key = 0x0123456789ABCDEFu, counter = 0xFFFFFFFEu;
  FOR_LENGTHS(n) {
    float *uniform = check_results(n), *bernoulli = check_results(n);
    kernel_random_uniform_float32(key, counter, -1.0f, 3.0f, 2.9999998f, uniform, n);
    kernel_random_bernoulli_float32(key, counter, 1u << 22, bernoulli, n);
    for (ptrdiff_t i = 0; i < n; i++) {
      const uint32_t bits = philox(key, counter + (uint64_t)i / 4, (int)(i % 4)) >> 8;
      EXPECT_CLOSE(uniform[i], bits * 0x1p-24 * 4 - 1, 1e-6);
      EXPECT(bernoulli[i] == (bits < 1u << 22 ? 1.0f : 0.0f));
    }
  }
}

CHECK(random_over_several_blocks) {
  float *y = check_results(999);
  kernel_random_uniform_float32(UINT64_MAX, UINT64_MAX - 3, 0, 1, 0x1.fffffep-1f, y, 999);
  for (ptrdiff_t i = 0; i < 999; i++) {
    const uint64_t block = UINT64_MAX - 3 + (uint64_t)i / 4;
    EXPECT(y[i] == (float)(philox(UINT64_MAX, block, (int)(i % 4)) >> 8) * 0x1p-24f);
  }
}
