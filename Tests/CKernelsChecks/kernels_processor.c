#include "kernels_processor.h"

#include "check.h"

CHECK(processor) {
  const int32_t level = kernel_processor_level();
  EXPECT(level >= 0 && level <= 2);
  kernel_processor_set_level(100);
  const int32_t highest = kernel_processor_level();
  EXPECT(highest >= level && highest <= 2);
  kernel_processor_set_level(-1);
  EXPECT(kernel_processor_level() == 0);
  kernel_processor_set_level(level);
  EXPECT(kernel_processor_level() == level);
}
