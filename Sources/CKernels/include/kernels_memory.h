#ifndef MYELIN_KERNELS_MEMORY_H
#define MYELIN_KERNELS_MEMORY_H

#include <stddef.h>

/// 64-byte aligned memory of `bytes` bytes (a multiple of 64), or NULL. Blocks of 4 MiB and more
/// are aligned to 2 MiB and offered to the kernel for huge pages.
void *kernel_memory_allocate(size_t bytes);

/// Gives back what `kernel_memory_allocate` gave.
void kernel_memory_release(void *block);

#endif
